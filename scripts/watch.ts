import { openApi } from "../jobs/open-api.ts";
import { type WatchReport, watch } from "../jobs/watch.ts";
import { openEnvironment } from "./lib/open-environment.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { publishMetrics } from "./lib/publish-metrics.ts";
import { runCommand } from "./lib/run-command.ts";

const { stack, plan } = PLAN_OPTIONS;

await runCommand({
  name: "watch",
  summary:
    "One pass over an environment, for a schedule: publish metrics, raise alerts, tell the chat what changed.",
  usage: "npm run watch -- (--stack NAME | --plan FILE)",
  options: { stack, plan },
  examples: ["npm run watch -- --stack prod", "npm run --silent watch -- --plan my.yaml --json"],
  async run(options, { clock, signal, say }) {
    const environment = await openEnvironment(options, clock);
    try {
      const report = await watch({
        ...environment,
        ...{ clock, signal },
        api: openApi(environment.plan, clock),
        publish: (place, values) => publishMetrics(place, values, { at: clock(), say }),
      });
      return { exitCode: report.alerts.length > 0 ? 3 : 0, result: report, text: describe(report) };
    } finally {
      environment.vault.close();
    }
  },
});

function describe({ environment, at, alerts, told, chatProblem, canary, unseen }: WatchReport): string {
  const critical = alerts.filter(({ severity }) => severity === "critical").length;
  return [
    ...alerts.map(({ severity, says }) => `${severity.toUpperCase()}: ${says}.`),
    ...Object.entries(unseen).map(
      ([subject, { since, why }]) => `not looked at: ${subject}, since ${since.toISOString()}: ${why}`,
    ),
    ...told.map(({ kind, alert }) => `told the chat: ${kind} ${alert.id}`),
    ...(chatProblem === undefined ? [] : [chatProblem]),
    ...(canary.isSent ? [`Sent the test alert that was due at ${canary.firedAt.toISOString()}.`] : []),
    `${environment} at ${at.toISOString()}: ${critical} critical, ${alerts.length - critical} warning.`,
  ].join("\n");
}
