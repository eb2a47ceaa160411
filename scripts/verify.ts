import { proveStorage } from "../jobs/prove-storage.ts";
import { overallVerdict } from "../jobs/verdict.ts";
import { type VerifyResult, verify } from "../jobs/verify.ts";
import { verifyVault } from "../jobs/verify-vault.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { DatabaseAddress } from "../postgres/database-address.ts";
import { findPoint } from "../vault/find-point.ts";
import type { Manifest } from "../vault/manifest.ts";
import { readManifest } from "../vault/read-manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { OptionValues } from "./lib/command-options.ts";
import { describeProof } from "./lib/describe-proof.ts";
import { type OpenedProject, openProject } from "./lib/open-project.ts";
import { KEY_OPTIONS, PLAN_OPTIONS } from "./lib/plan-options.ts";
import { type CommandContext, type CommandResult, runCommand } from "./lib/run-command.ts";
import { readTarget, TARGET_OPTIONS } from "./lib/target-options.ts";
import { readTargetStorage, TARGET_STORAGE_OPTIONS } from "./lib/target-storage-options.ts";

const OPTIONS = {
  ...PLAN_OPTIONS,
  ...KEY_OPTIONS,
  ...TARGET_OPTIONS,
  ...TARGET_STORAGE_OPTIONS,
  point: {
    type: "string",
    placeholder: "ID",
    default: "latest",
    description: "id of the point, latest, or latest-verified",
  },
  storage: {
    type: "boolean",
    description: "read the night's part of the mirrored objects back, and look for all objects of the point",
  },
  all: { type: "boolean", description: "with --storage: read all mirrored objects back" },
  "no-tag": { type: "boolean", description: "do not tag the point as verified" },
} as const;
type Options = OptionValues<typeof OPTIONS>;

await runCommand({
  name: "verify",
  summary:
    "Prove that a restored database is a recovery point, or, without a target, that a point or the mirror of stored objects can be read.",
  usage:
    "npm run verify -- (--stack NAME | --plan FILE) [--project NAME] --point ID [--target-env NAME | --target-file FILE] [--target-storage URL] | --storage [--all]",
  options: OPTIONS,
  examples: [
    "npm run verify -- --stack prod --project ordak --point latest",
    "npm run verify -- --plan my.yaml --point nightly_20260131_020000 --target-env TARGET_URL",
    "npm run verify -- --stack prod --project ordak --storage",
  ],
  async run(options, context) {
    const target = await readTarget(options);
    requireOneProof({ ...options, target });
    const opened = await openProject(options, { clock: context.clock, purpose: "read" });
    try {
      return await (options.storage
        ? proveMirror(options, opened, context)
        : provePoint(options, { ...opened, target }, context));
    } finally {
      opened.vault.close();
    }
  },
});

async function proveMirror(
  options: Options,
  { project, vault }: OpenedProject,
  { progress, signal, say }: CommandContext,
): Promise<CommandResult> {
  say(`Reading mirrored objects of ${project.name} back …`);
  const manifest = await pointIfAny(vault, project.name, options.point);
  const request = { vault, project, manifest, everything: options.all, progress, signal };
  return ended(await proveStorage(request), manifest);
}

async function provePoint(
  options: Options,
  { plan, project, target, vault }: OpenedProject & { readonly target: DatabaseAddress | undefined },
  { clock, progress, signal, say }: CommandContext,
): Promise<CommandResult> {
  const storage = await readTargetStorage(options, vault.region);
  try {
    const manifest = await readManifest(vault, await findPoint(vault, project.name, options.point));
    const common = { vault, manifest, workers: plan.job.workers, progress, signal };
    say(
      target === undefined
        ? `Reading ${manifest.id} of ${project.name} to its last byte …`
        : `Proving that ${target.database} on ${target.host} is ${manifest.id} of ${project.name} …`,
    );
    const proof =
      target === undefined
        ? await readPoint(common, clock)
        : await verify({ ...common, target, project, storage, tag: !options["no-tag"] });
    return ended(proof, manifest);
  } finally {
    storage?.close();
  }
}

function ended(proof: VerifyResult, manifest: Manifest | undefined): CommandResult {
  return {
    exitCode: proof.verdict === "FAIL" ? 3 : 0,
    result: { ...(manifest && { point: manifest.id }), ...proof },
    text: describeProof(proof),
  };
}

/** The mirror is proved by itself; stored objects of a target are proved with the database that refers to them. */
function requireOneProof(asked: {
  readonly storage: boolean;
  readonly all: boolean;
  readonly target: unknown;
  readonly "target-storage"?: string | undefined;
}): void {
  const hasTarget = asked.target !== undefined;
  const problem =
    (asked.storage && (hasTarget || asked["target-storage"] !== undefined)) ||
    (asked.all && !asked.storage) ||
    (asked["target-storage"] !== undefined && !hasTarget);
  if (!problem) return;
  throw new HoldfastError({
    code: "USAGE",
    message: "These options ask for two different proofs, or for half of one",
    hint: "Give --storage [--all] for the mirror, or --target-env NAME [--target-storage URL] for a restored database.",
    exitCode: 2,
  });
}

/** The mirror can be proved before there is a point. */
async function pointIfAny(vault: Vault, project: string, selector: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(vault, await findPoint(vault, project, selector));
  } catch (error) {
    const isNone = error instanceof HoldfastError && error.code === "POINT_UNKNOWN" && selector === "latest";
    if (isNone) return undefined;
    throw error;
  }
}

async function readPoint(
  request: Parameters<typeof verifyVault>[0],
  clock: () => Date,
): Promise<VerifyResult> {
  const startedAt = clock().getTime();
  const checks = await verifyVault(request);
  return {
    verdict: overallVerdict(checks),
    checks,
    notChecked: [
      "a restore: give --target-env to prove a restored database",
      ...(request.manifest.storage ? ["the bytes of stored objects: give --storage to read them back"] : []),
    ],
    durationSeconds: (clock().getTime() - startedAt) / 1000,
  };
}
