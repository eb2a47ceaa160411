import { formatByteSize } from "../plan/byte-size.ts";
import { parseDuration } from "../plan/duration.ts";
import { type SweepReport, sweepLitter } from "../vault/sweep-litter.ts";
import { openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";

await runCommand({
  name: "sweep",
  summary: "Clear what dead runs left in the vault; without --yes only say what would be removed.",
  usage: "npm run sweep -- (--stack NAME | --plan FILE) [--project NAME] [--older-than 24h] [--yes]",
  options: {
    ...PLAN_OPTIONS,
    "older-than": {
      type: "string",
      placeholder: "DURATION",
      default: "24h",
      description: "leave younger litter alone: a run may still be going",
    },
    yes: { type: "boolean", description: "remove it" },
  },
  examples: [
    "npm run sweep -- --stack prod --project ordak",
    "npm run sweep -- --stack prod --project ordak --yes",
  ],
  async run(options, { clock }) {
    const olderThanHours = parseDuration(options["older-than"]) / 3600;
    const { project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const report = await sweepLitter(vault, project.name, { olderThanHours, dryRun: !options.yes });
      return { result: report, text: describe(report, options["older-than"]) };
    } finally {
      vault.close();
    }
  },
});

function describe(report: SweepReport, bound: string): string {
  const { dryRun, uploads, points, storageRuns, locked, young, deletedPoints } = report;
  const lines = [
    ...uploads.map(({ key, startedAt }) => `unfinished upload  ${key}, begun ${startedAt.toISOString()}`),
    ...points.map(
      ({ id, versions, bytes }) => `no manifest        ${id}: ${versions} objects, ${formatByteSize(bytes)}`,
    ),
    ...storageRuns.map(
      ({ bucket, run, versions, bytes }) =>
        `no sync record     ${bucket}, ${run}: ${versions} objects, ${formatByteSize(bytes)}`,
    ),
    ...locked.map(
      ({ key, until }) => `kept, locked       ${key} until ${until?.toISOString() ?? "its legal hold ends"}`,
    ),
    ...young.map(({ id }) => `kept, young        ${id}: younger than ${bound}`),
    ...deletedPoints.map(
      ({ id }) => `kept, a point      ${id}: somebody deleted its manifest; remove the delete marker`,
    ),
  ];
  const found = uploads.length + points.length + storageRuns.length;
  if (found === 0) return [...lines, "Nothing to remove."].join("\n");
  return [...lines, dryRun ? "Nothing was removed; add --yes to do it." : "Removed."].join("\n");
}
