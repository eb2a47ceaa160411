import { restore } from "../jobs/restore.ts";
import { type VerifyResult, verify } from "../jobs/verify.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { findPoint } from "../vault/find-point.ts";
import { readManifest } from "../vault/read-manifest.ts";
import { describeProof } from "./lib/describe-proof.ts";
import { openProject } from "./lib/open-project.ts";
import { KEY_OPTIONS, PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";
import { readTarget, TARGET_OPTIONS } from "./lib/target-options.ts";

await runCommand({
  name: "restore",
  summary: "Restore a recovery point into an empty database and prove that it is the point.",
  usage:
    "npm run restore -- (--stack NAME | --plan FILE) [--project NAME] --point ID --target-env NAME --confirm DATABASE",
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
    confirm: {
      type: "string",
      placeholder: "DATABASE",
      description: "name of the target database, typed by you",
    },
    "dry-run": { type: "boolean", description: "check point, key and target; write nothing" },
    "no-proof": { type: "boolean", description: "skip the proof; prove later with npm run verify" },
  },
  examples: [
    "npm run restore -- --stack prod --project ordak --point latest --target-env TARGET_URL --dry-run --confirm ordak_restored",
    "npm run restore -- --plan my.yaml --target-env TARGET_URL --confirm shop_restored",
    "npm run restore -- --plan my.yaml --escrow-key escrow.pem --target-env TARGET_URL --confirm shop_restored",
  ],
  async run(options, { clock, signal, progress, say }) {
    const target = await readTarget(options);
    if (target === undefined) throw noTarget();
    const { plan, project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const point = await findPoint(vault, project.name, options.point);
      const manifest = await readManifest(vault, point);
      const dryRun = options["dry-run"];
      say(
        `${dryRun ? "Checking" : "Restoring"} ${manifest.id} of ${project.name} into ${target.database} on ${target.host} …`,
      );
      const common = { vault, manifest, target, workers: plan.job.workers, progress, signal };
      const restored = await restore({ ...common, confirm: options.confirm, dryRun });
      const proof: VerifyResult | undefined =
        dryRun || options["no-proof"] ? undefined : await verify({ ...common, project });
      const seconds = restored.durationSeconds + (proof?.durationSeconds ?? 0);
      return {
        exitCode: proof?.verdict === "FAIL" ? 3 : 0,
        result: { point: manifest.id, target: target.database, dryRun, restored, proof, seconds },
        text: dryRun
          ? `${manifest.id} can be restored into ${target.database}: the point is whole, its key opens it, the target is empty. Nothing was written.`
          : [
              `Restored ${manifest.id} into ${target.database} in ${restored.durationSeconds.toFixed(1)} s${restored.resumed ? " (continued)" : ""}.`,
              ...(restored.evidenceProblem === undefined
                ? []
                : [`  warning: no evidence of it: ${restored.evidenceProblem}`]),
              ...restored.notRestored.map(({ what, why }) => `  not restored: ${what} (${why})`),
              ...(proof === undefined ? ["Not proved: run npm run verify."] : [describeProof(proof)]),
            ].join("\n"),
      };
    } finally {
      vault.close();
    }
  },
});

function noTarget(): HoldfastError {
  return new HoldfastError({
    code: "USAGE",
    message: "No target is named",
    hint: "Put the URL of an empty database into an environment variable and give --target-env NAME (or --target-file FILE).",
    exitCode: 2,
  });
}
