import { formatByteSize } from "../plan/byte-size.ts";
import type { Clock } from "../plan/clock.ts";
import { parseDuration } from "../plan/duration.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { type SweepOptions, type SweepReport, sweepLitter } from "../vault/sweep-litter.ts";
import type { LoadPlanRequest } from "./lib/load-plan.ts";
import { openEnvironment } from "./lib/open-environment.ts";
import { openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import type { CommandResult } from "./lib/run-command.ts";
import { runCommand } from "./lib/run-command.ts";

await runCommand({
  name: "sweep",
  summary: "Clear what dead runs left in the vault; without --yes only say what would be removed.",
  usage: "npm run sweep -- (--stack NAME | --plan FILE) [--project NAME | --all] [--older-than 24h] [--yes]",
  options: {
    ...PLAN_OPTIONS,
    "older-than": {
      type: "string",
      placeholder: "DURATION",
      default: "24h",
      description: "leave younger litter alone: a run may still be going",
    },
    all: { type: "boolean", description: "of every project of the plan, one after the other" },
    yes: { type: "boolean", description: "remove it" },
  },
  examples: ["npm run sweep -- --stack prod --project ordak", "npm run sweep -- --stack prod --all --yes"],
  async run(options, { clock, signal }) {
    const olderThanHours = parseDuration(options["older-than"]) / 3600;
    const sweep = { olderThanHours, dryRun: !options.yes };
    if (options.all) return await sweepAll(options, { clock, signal, sweep });
    const { project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const report = await sweepLitter(vault, project.name, sweep);
      return { result: report, text: describe(report, options["older-than"]) };
    } finally {
      vault.close();
    }
  },
});

/** What fails in one project keeps no other from being swept; the first failure is told at the end. */
async function sweepAll(
  options: LoadPlanRequest & { readonly project: string | undefined; readonly "older-than": string },
  { clock, signal, sweep }: { clock: Clock; signal: AbortSignal; sweep: SweepOptions },
): Promise<CommandResult> {
  if (options.project !== undefined) throw both();
  const { plan, vault } = await openEnvironment(options, clock);
  const reports: Record<string, SweepReport> = {};
  const failures: unknown[] = [];
  try {
    for (const { name } of plan.projects) {
      signal.throwIfAborted();
      try {
        reports[name] = await sweepLitter(vault, name, sweep);
      } catch (error) {
        failures.push(error);
      }
    }
  } finally {
    vault.close();
  }
  if (failures.length > 0) throw failures[0];
  const texts = Object.entries(reports).map(
    ([name, report]) => `${name}\n${describe(report, options["older-than"])}`,
  );
  return { result: { projects: reports }, text: texts.join("\n\n") };
}

function both(): HoldfastError {
  return new HoldfastError({
    code: "USAGE",
    message: "Both --all and --project are given",
    hint: "Give one of the two.",
    exitCode: 2,
  });
}

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
