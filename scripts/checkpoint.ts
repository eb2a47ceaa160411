import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CheckpointRequest } from "../jobs/checkpoint/checkpoint-request.ts";
import type { CheckpointResult } from "../jobs/checkpoint/checkpoint-result.ts";
import { type ProveCheckpoint, proveInDatabase } from "../jobs/checkpoint/prove-in-database.ts";
import { checkpoint } from "../jobs/checkpoint.ts";
import { openApi } from "../jobs/open-api.ts";
import { resolveSecret } from "../jobs/resolve-secret.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { redact } from "../plan/redact.ts";
import { parseDatabaseUrl } from "../postgres/database-url.ts";
import { callerIdentity } from "./lib/caller-identity.ts";
import { checkpointSheet } from "./lib/checkpoint-sheet.ts";
import type { OptionValues } from "./lib/command-options.ts";
import { describeCheckpoint } from "./lib/describe-checkpoint.ts";
import { gitDescribe } from "./lib/git-describe.ts";
import { type OpenedProject, openProject } from "./lib/open-project.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { proveByDrill } from "./lib/prove-by-drill.ts";
import { requireWritable } from "./lib/require-writable.ts";
import { type CommandContext, type CommandResult, runCommand } from "./lib/run-command.ts";
import { readTarget, TARGET_OPTIONS } from "./lib/target-options.ts";
import { writeGithubOutput } from "./lib/write-github-output.ts";

const OPTIONS = {
  ...PLAN_OPTIONS,
  prove: {
    type: "boolean",
    description: "restore the checkpoint and prove it, as where the plan says tiers.checkpoint.prove",
  },
  ...TARGET_OPTIONS,
  migrates: {
    type: "boolean",
    description: "the deployment applies migrations of the plan's directory that production lacks",
  },
  markdown: {
    type: "string",
    placeholder: "FILE",
    description: "write the sheet for the deployment notes to FILE, or with - to standard output",
  },
  "reviewed-by": { type: "string", placeholder: "TEXT", description: "who made the technical review" },
  "confirmed-by": { type: "string", placeholder: "TEXT", description: "who confirmed the backup" },
  "dry-run": { type: "boolean", description: "check everything, take no point, leave no evidence" },
} as const;
type Options = OptionValues<typeof OPTIONS>;

await runCommand({
  name: "checkpoint",
  summary:
    "Before a production deployment: check production, take a recovery point of it, read it back, and write the sheet. Exit code 3 blocks the deployment.",
  usage:
    "npm run checkpoint -- (--stack NAME | --plan FILE) [--project NAME] [--prove [--target-env NAME]] [--markdown FILE] [--dry-run]",
  options: OPTIONS,
  examples: [
    "npm run checkpoint -- --stack prod --project ordak --markdown checkpoint.md",
    "npm run checkpoint -- --plan my.yaml --prove --target-env EMPTY_DATABASE_URL --markdown -",
  ],
  async run(options, context) {
    await requireSheet(options, context.json);
    const opened = await openProject(options, { clock: context.clock, purpose: "write" });
    try {
      const result = await checkpoint(await toRequest(options, opened, context));
      const sheet = checkpointSheet(result, opened.project.contacts);
      await hand(options, result, sheet);
      return toCommandResult(options, result, sheet);
    } finally {
      opened.vault.close();
    }
  },
});

async function requireSheet({ markdown }: Options, json: boolean): Promise<void> {
  if (markdown === undefined) return;
  if (markdown !== "-") return await requireWritable(markdown);
  if (!json) return;
  throw new HoldfastError({
    code: "USAGE",
    message: "--markdown - and --json both want standard output",
    hint: "Give --markdown a file.",
    exitCode: 2,
  });
}

async function toRequest(
  options: Options,
  opened: OpenedProject,
  context: CommandContext,
): Promise<CheckpointRequest> {
  const { plan, project, vault } = opened;
  const { clock, progress, signal } = context;
  const { job, alerts } = plan;
  // Standard output is the sheet's.
  const say =
    options.markdown === "-" ? (text: string) => void process.stderr.write(`${redact(text)}\n`) : context.say;
  const prove = await chooseProof(options, opened, { ...context, say });
  return {
    vault,
    project,
    address: parseDatabaseUrl(await resolveSecret(project.connection, `the URL of ${project.name}`)),
    lagLimitSeconds: alerts.thresholds.pitrLagWarningSeconds,
    lateAfterSeconds: alerts.thresholds.lateAfterSeconds,
    workers: job.workers,
    progress,
    signal,
    say,
    gitDescribe: await gitDescribe(),
    migrates: options.migrates,
    dryRun: options["dry-run"],
    prove,
    api: openApi(plan, clock),
    signOff: {
      completedBy: redact(await callerIdentity({ region: stsRegion(opened) })),
      technicalReview: signed(options["reviewed-by"]),
      verificationConfirmed: signed(options["confirmed-by"]),
    },
  };
}

function signed(text: string | undefined): string | null {
  return text === undefined ? null : redact(text);
}

/** A vault of another store tells nothing of who calls; AWS is then asked only where its address is set. */
function stsRegion({ plan }: OpenedProject): string | undefined {
  const { AWS_ENDPOINT_URL_STS: own, AWS_ENDPOINT_URL: all } = process.env;
  return plan.vault.endpoint === undefined || own || all ? plan.vault.region : undefined;
}

/** A target is a proof, too: nobody names one for nothing. */
async function chooseProof(
  options: Options,
  opened: OpenedProject,
  context: CommandContext,
): Promise<ProveCheckpoint | undefined> {
  const { plan, project, vault } = opened;
  const { progress, signal } = context;
  const target = await readTarget(options);
  if (target) return proveInDatabase({ vault, project, target, workers: plan.job.workers, progress, signal });
  const isAsked = options.prove || project.tiers.checkpoint?.prove === true;
  return isAsked ? await proveByDrill(opened, context) : undefined;
}

/** The sheet to its file, the ids to the workflow. */
async function hand({ markdown }: Options, result: CheckpointResult, sheet: string): Promise<void> {
  const file = markdown === undefined || markdown === "-" ? undefined : resolve(markdown);
  if (file !== undefined) await writeFile(file, sheet);
  await writeGithubOutput({
    checkpoint: result.checkpoint ?? "",
    verdict: result.verdict,
    ...(file !== undefined && { markdown: file }),
  });
}

function toCommandResult({ markdown }: Options, result: CheckpointResult, sheet: string): CommandResult {
  return {
    exitCode: result.verdict === "FAIL" ? 3 : 0,
    result,
    text: markdown === "-" ? sheet.trimEnd() : describeCheckpoint(result),
  };
}
