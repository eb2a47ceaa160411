import { resolveSecret } from "../jobs/resolve-secret.ts";
import { syncVerdict } from "../jobs/storage/sync-problems.ts";
import { storageSync } from "../jobs/storage-sync.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { StorageBucket } from "../plan/schema/storage.ts";
import { parseDatabaseUrl } from "../postgres/database-url.ts";
import { MirrorShard } from "../vault/mirror/mirror-shard.ts";
import type { RunRecord } from "../vault/mirror/run-record.ts";
import { describeError } from "./lib/describe-error.ts";
import { describeSync } from "./lib/describe-sync.ts";
import { keepHeapSmall } from "./lib/keep-heap-small.ts";
import { openProject } from "./lib/open-project.ts";
import { openStorageSource } from "./lib/open-storage-source.ts";
import { PLAN_OPTIONS } from "./lib/plan-options.ts";
import { publishMetrics } from "./lib/publish-metrics.ts";
import { runCommand } from "./lib/run-command.ts";

keepHeapSmall();
await runCommand({
  name: "sync",
  summary: "Copy what changed in a project's Storage into the vault.",
  usage:
    "npm run sync -- (--stack NAME | --plan FILE) [--project NAME] [--bucket BUCKET] [--shard K/N] [--full]",
  options: {
    ...PLAN_OPTIONS,
    bucket: { type: "string", placeholder: "BUCKET", description: "one bucket of the plan; all without it" },
    shard: {
      type: "string",
      placeholder: "K/N",
      description:
        "one shard of a bucket that the plan shares out over N; all, one after another, without it",
    },
    full: { type: "boolean", description: "compare everything, also with Storage's own listing" },
    workers: {
      type: "integer",
      placeholder: "N",
      default: 64,
      min: 1,
      max: 256,
      description: "objects copied at once",
    },
  },
  examples: [
    "npm run sync -- --stack prod --project ordak",
    "npm run sync -- --plan my.yaml --bucket photos --full",
    "npm run sync -- --stack prod --project ordak --bucket photos --shard 2/4",
  ],
  async run(options, { clock, signal, progress, say }) {
    const { plan, project, vault } = await openProject(options, { clock, purpose: "write" });
    try {
      const rules = chooseParts(project, options);
      const address = parseDatabaseUrl(await resolveSecret(project.connection, `the URL of ${project.name}`));
      const source = await openStorageSource(project);
      const runs: RunRecord[] = [];
      const failures: unknown[] = [];
      const publish = (bucket: string, values: Parameters<typeof publishMetrics>[1]) =>
        publishMetrics({ environment: plan.environment, project: project.name, bucket }, values, {
          at: clock(),
          say,
        });
      try {
        for (const { bucket, reconcile, retain, shard } of rules) {
          const part = shard.isWhole ? bucket : `${bucket}, shard ${shard},`;
          say(`Copying ${project.name}'s bucket ${part} into ${vault.bucket} …`);
          const { full, workers } = options;
          const rule = { bucket, shard, reconcile, retainDays: retain.days };
          const request = { vault, project: project.name, address, source, full, workers, progress, signal };
          // A bucket that fails, as one that somebody deleted, must not keep the others from being copied.
          await storageSync({ ...request, ...rule }).then(
            (run) => {
              runs.push(run);
              publish(bucket, figuresOf(run));
            },
            (error: unknown) => {
              failures.push(error);
              publish(bucket, { SyncFailed: 1 });
              say(`Bucket ${part} failed: ${describeError(error).message}`);
            },
          );
          signal.throwIfAborted();
        }
      } finally {
        source.close();
      }
      if (failures.length > 0) {
        if (runs.length > 0) say(runs.map(describeSync).join("\n"));
        throw failures[0];
      }
      return {
        exitCode: runs.every((run) => syncVerdict(run) === "PASS") ? 0 : 3,
        result: {
          runs: runs.map(({ segments: _, takenOver: __, ...run }) => ({ verdict: syncVerdict(run), ...run })),
        },
        text: runs.map(describeSync).join("\n"),
      };
    } finally {
      vault.close();
    }
  },
});

/** What a sync that ended well is known by. */
function figuresOf({ problems, problemsLeftOff, startedAt, completedAt }: RunRecord) {
  return {
    SyncSucceeded: 1,
    SyncDurationSeconds: (Date.parse(completedAt) - Date.parse(startedAt)) / 1000,
    MirrorMissing: problems.length + problemsLeftOff,
  };
}

type Part = StorageBucket & { readonly shard: MirrorShard };

/** Every shard that is asked for; a bucket that is not shared out is one. */
function chooseParts(
  project: ProjectPlan,
  asked: { readonly bucket?: string; readonly shard?: string },
): Part[] {
  const rules = project.storage.filter(({ bucket }) => asked.bucket === undefined || bucket === asked.bucket);
  if (rules.length === 0) throw unknownBucket(project, asked.bucket);
  const parts = rules.flatMap((rule) => MirrorShard.all(rule.shards).map((shard) => ({ ...rule, shard })));
  if (asked.shard === undefined) return parts;
  const wrong = rules.find(({ shards }) => MirrorShard.parse(asked.shard ?? "")?.of !== shards);
  if (wrong) throw unknownShard(wrong, asked.shard);
  return parts.filter(({ shard }) => String(shard) === asked.shard);
}

function unknownShard({ bucket, shards }: StorageBucket, asked: string): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_SHARD_UNKNOWN",
    message: `The plan shares bucket ${bucket} out over ${shards === 1 ? "no shards" : `${shards} shards`}: there is none called ${asked}.`,
    hint:
      shards === 1
        ? "Leave --shard out, or set the bucket's shards in the plan to 2, 4, 8 or 16."
        : `Name one of 1/${shards} to ${shards}/${shards}, or leave --shard out for all; with --bucket when the project has several.`,
    exitCode: 2,
  });
}

function unknownBucket(project: ProjectPlan, asked: string | undefined): HoldfastError {
  const known = project.storage.map(({ bucket }) => bucket).join(", ") || "no bucket";
  return new HoldfastError({
    code: "STORAGE_BUCKET_UNKNOWN",
    message: `The plan of ${project.name} mirrors ${known}${asked === undefined ? "" : `, not ${asked}`}.`,
    hint: `Name one of these, or add the bucket to the project's storage in the plan: storage: [{bucket: ${asked ?? "order_photos"}}].`,
    exitCode: 2,
  });
}
