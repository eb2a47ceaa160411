import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { SNSClient } from "@aws-sdk/client-sns";
import { health } from "../jobs/health.ts";
import { openApi } from "../jobs/open-api.ts";
import { resolveSecret } from "../jobs/resolve-secret.ts";
import { tellChat } from "../jobs/watch/tell-chat.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { storeClient } from "../vault/store-client.ts";
import { describeHealth, healthMarkdown, healthMessage } from "./lib/describe-health.ts";
import { type OpenedEnvironment, openEnvironment } from "./lib/open-environment.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";

const { stack, plan } = PLAN_OPTIONS;

await runCommand({
  name: "health",
  summary: "The weekly check: is everything that the plan promises there, today.",
  usage: "npm run health -- (--stack NAME | --plan FILE) [--repository DIR] [--tell] [--markdown]",
  options: {
    stack,
    plan,
    repository: {
      type: "string",
      placeholder: "DIR",
      description: "where the plan's directories of migrations begin; the working directory without it",
    },
    tell: { type: "boolean", description: "tell the plan's chat the result, too" },
    markdown: { type: "boolean", description: "print a table in Markdown" },
  },
  examples: ["npm run health -- --stack prod", "npm run --silent health -- --stack prod --json"],
  async run(options, { clock, signal, say }) {
    const environment = await openEnvironment(options, clock);
    const { vault } = environment;
    const region = environment.plan.vault.region;
    const clients: { destroy(): void }[] = [];
    const kept = <Client extends { destroy(): void }>(client: Client): Client => {
      clients.push(client);
      return client;
    };
    try {
      const report = await health({
        ...environment,
        ...{ clock, signal, repository: options.repository },
        api: openApi(environment.plan, clock),
        databaseUrl: ({ name, connection }) => resolveSecret(connection, `the URL of ${name}`),
        replica: () => {
          const { bucket = "", region: there = region } = vault.replica ?? {};
          const { endpoint } = environment.plan.vault;
          return { bucket, s3: kept(storeClient({ region: there, ...(endpoint && { endpoint }) })) };
        },
        alerts: () => ({
          cloudwatch: kept(new CloudWatchClient({ region })),
          sns: kept(new SNSClient({ region })),
        }),
      });
      if (options.tell) say(await tell(environment, healthMessage(report), signal));
      return {
        exitCode: report.verdict === "FAIL" ? 3 : 0,
        result: report,
        text: options.markdown ? healthMarkdown(report) : describeHealth(report),
      };
    } finally {
      for (const client of clients) client.destroy();
      vault.close();
    }
  },
});

/** @returns what came of it, in words: a chat that is down is no finding of this check */
async function tell(
  { chatUrl }: Pick<OpenedEnvironment, "chatUrl">,
  message: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const url = await chatUrl();
    if (url === undefined) return "The plan names no alerts.chatWebhook to tell.";
    const { accepted, answer } = await tellChat(url, message, { signal });
    return accepted ? "Told the chat." : `The chat was not told: ${answer}`;
  } catch (error) {
    if (error instanceof HoldfastError) return `The chat was not told: ${error.message}`;
    throw error;
  }
}
