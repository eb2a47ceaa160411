import { overallVerdict } from "../jobs/verdict.ts";
import { type VerifyResult, verify } from "../jobs/verify.ts";
import { verifyVault } from "../jobs/verify-vault.ts";
import { findPoint } from "../vault/find-point.ts";
import { readManifest } from "../vault/read-manifest.ts";
import { describeProof } from "./lib/describe-proof.ts";
import { openProject } from "./lib/open-project.ts";
import { KEY_OPTIONS, PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";
import { readTarget, TARGET_OPTIONS } from "./lib/target-options.ts";

await runCommand({
  name: "verify",
  summary:
    "Prove that a restored database is a recovery point, or, without a target, that a point can be read.",
  usage:
    "npm run verify -- (--stack NAME | --plan FILE) [--project NAME] --point ID [--target-env NAME | --target-file FILE]",
  options: {
    ...PLAN_OPTIONS,
    ...KEY_OPTIONS,
    ...TARGET_OPTIONS,
    point: {
      type: "string",
      placeholder: "ID",
      default: "latest",
      description: "id of the point, latest, or latest-verified",
    },
    "no-tag": { type: "boolean", description: "do not tag the point as verified" },
  },
  examples: [
    "npm run verify -- --stack prod --project ordak --point latest",
    "npm run verify -- --plan my.yaml --point nightly_20260131_020000 --target-env TARGET_URL",
  ],
  async run(options, { clock, signal, progress, say }) {
    const target = await readTarget(options);
    const { plan, project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const manifest = await readManifest(vault, await findPoint(vault, project.name, options.point));
      const common = { vault, manifest, workers: plan.job.workers, progress, signal };
      say(
        target === undefined
          ? `Reading ${manifest.id} of ${project.name} to its last byte …`
          : `Proving that ${target.database} on ${target.host} is ${manifest.id} of ${project.name} …`,
      );
      const proof: VerifyResult =
        target === undefined
          ? await readPoint(common, clock)
          : await verify({ ...common, target, project, tag: !options["no-tag"] });
      return {
        exitCode: proof.verdict === "FAIL" ? 3 : 0,
        result: { point: manifest.id, ...proof },
        text: describeProof(proof),
      };
    } finally {
      vault.close();
    }
  },
});

async function readPoint(
  request: Parameters<typeof verifyVault>[0],
  clock: () => Date,
): Promise<VerifyResult> {
  const startedAt = clock().getTime();
  const checks = await verifyVault(request);
  return {
    verdict: overallVerdict(checks),
    checks,
    notChecked: ["a restore: give --target-env to prove a restored database"],
    durationSeconds: (clock().getTime() - startedAt) / 1000,
  };
}
