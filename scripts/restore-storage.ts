import { resolveSecret } from "../jobs/resolve-secret.ts";
import { restoreStorage, type StorageRestoreResult } from "../jobs/restore-storage.ts";
import { pointBuckets } from "../jobs/storage/point-buckets.ts";
import { spotCheck } from "../jobs/storage-restore/spot-check.ts";
import { storageSources } from "../jobs/storage-restore/storage-sources.ts";
import type { Check } from "../jobs/verdict.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { findPoint } from "../vault/find-point.ts";
import { readManifest } from "../vault/read-manifest.ts";
import { describeStorageRestore } from "./lib/describe-storage-restore.ts";
import { openProject } from "./lib/open-project.ts";
import { KEY_OPTIONS, PLAN_OPTIONS } from "./lib/plan-options.ts";
import { runCommand } from "./lib/run-command.ts";
import { readStorageTarget, STORAGE_RESTORE_OPTIONS } from "./lib/storage-restore-target.ts";

await runCommand({
  name: "restore-storage",
  summary:
    "Restore the stored objects of a recovery point into an empty bucket and compare it with the point.",
  usage:
    "npm run restore-storage -- (--stack NAME | --plan FILE) [--project NAME] --point ID (--target-project REF --target-env NAME | --target-endpoint URL --target-bucket BUCKET) --confirm TARGET",
  options: {
    ...PLAN_OPTIONS,
    ...KEY_OPTIONS,
    ...STORAGE_RESTORE_OPTIONS,
    point: {
      type: "string",
      placeholder: "ID",
      default: "latest",
      description: "id of the point, latest, or latest-verified",
    },
    bucket: { type: "string", placeholder: "BUCKET", description: "one bucket of the point; all without it" },
    confirm: {
      type: "string",
      placeholder: "TARGET",
      description: "the target, typed by you: the project's ref, or the plain bucket's name",
    },
    "service-key-env": {
      type: "string",
      placeholder: "NAME",
      description:
        "variable with the new project's service key: then some objects are fetched by signed URLs too",
    },
    workers: {
      type: "integer",
      placeholder: "N",
      default: 32,
      min: 1,
      max: 256,
      description: "objects under way at once",
    },
    "dry-run": { type: "boolean", description: "check point, mirror and target; write nothing" },
  },
  examples: [
    "npm run restore-storage -- --stack prod --project ordak --target-project abcdefghijklmnopqrst --target-env TARGET_URL --confirm abcdefghijklmnopqrst --dry-run",
    "npm run restore-storage -- --plan my.yaml --bucket photos --target-endpoint https://s3.eu-west-2.amazonaws.com --target-bucket photos-restored --confirm photos-restored",
  ],
  async run(options, { clock, signal, progress, say }) {
    const { plan, project, vault } = await openProject(options, { clock, purpose: "read" });
    try {
      const target = await readStorageTarget(options, vault.region);
      const manifest = await readManifest(vault, await findPoint(vault, project.name, options.point));
      const buckets = chooseBuckets(pointBuckets(manifest), options.bucket, target.bucket);
      const { "dry-run": dryRun, confirm, workers } = options;
      const results: StorageRestoreResult[] = [];
      const checks: Check[] = [];
      for (const bucket of buckets) {
        const into = target.bucket ?? bucket;
        say(
          `${dryRun ? "Checking" : "Restoring"} ${bucket} of ${manifest.id} into ${into} at ${new URL(target.endpoint).host} …`,
        );
        const common = { vault, manifest, bucket, progress, signal };
        const request = { ...common, confirm, workers, dryRun, sources: storageSources(plan) };
        results.push(await restoreStorage({ ...request, target: { ...target, bucket: into } }));
        const key = options["service-key-env"];
        if (key === undefined || dryRun || target.bucket !== undefined) continue;
        const serviceKey = await resolveSecret({ env: key }, "the service key of the target");
        checks.push(
          ...(await spotCheck({ ...common, serviceKey, api: target.endpoint.replace(/\/s3\/?$/, "") })),
        );
      }
      const isWhole =
        results.every(({ verdict }) => verdict === "PASS") &&
        checks.every(({ verdict }) => verdict !== "FAIL");
      return {
        exitCode: isWhole ? 0 : 3,
        result: { point: manifest.id, dryRun, buckets: results, checks },
        text: [
          ...results.map((result) => describeStorageRestore(result, dryRun)),
          ...checks.map(({ name, verdict, detail }) => `  ${verdict} ${name}: ${detail}`),
        ].join("\n"),
      };
    } finally {
      vault.close();
    }
  },
});

/** A plain bucket takes one bucket of the point; a name that the point does not have is refused by the restore itself. */
function chooseBuckets(
  known: readonly { readonly bucket: string }[],
  asked: string | undefined,
  plain: string | undefined,
): readonly string[] {
  if (asked !== undefined) return [asked];
  const names = known.map(({ bucket }) => bucket);
  if (plain === undefined || names.length === 1) return names;
  throw new HoldfastError({
    code: "USAGE",
    message: `The point has ${names.length} buckets, and the plain bucket ${plain} takes one`,
    hint: `Add --bucket, one of ${names.join(", ")}.`,
    exitCode: 2,
  });
}
