import type { S3Client } from "@aws-sdk/client-s3";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { runLimited } from "../../vault/run-limited.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { type AwsAnswer, askAws, refusedFact } from "../aws/ask-aws.ts";
import { makeFact } from "../make-fact.ts";
import { newestKeys } from "./newest-keys.ts";

/** Copies what was written before the rule, or failed to be copied. */
const AGAIN =
  "pulumi up --refresh --stack {stack}, then copy again what is behind: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html";
const STATUS: FactKind = {
  id: "replication.status",
  setting: "what S3 says of the copies of the newest manifests and evidence",
  source: "S3 HeadObject at the vault",
  fix: AGAIN,
  moves: true,
};
const COPIES: FactKind = {
  id: "replication.copies",
  setting: "copies of the newest manifests and evidence",
  source: "S3 HeadObject at vault and replica",
  fix: AGAIN,
  moves: true,
};
export const COPY_KINDS: readonly FactKind[] = [STATUS, COPIES];

/** What S3 commits itself to. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const LATE_SECONDS = 15 * 60;
const CONCURRENCY = 16;
const NAMED = 5;

/** An object as a bucket has it. */
interface Head {
  readonly bytes: number;
  readonly status: string | undefined;
  readonly modifiedAt: Date;
}

interface Sample {
  readonly key: string;
  readonly source: AwsAnswer<Head>;
  readonly copy: AwsAnswer<Head>;
}

/**
 * Asks both buckets for the newest manifests of each tier and the newest evidence: objects that are written once, so
 * that a copy of the same name is one of the same version. What S3 wrote within its fifteen minutes may be under way.
 */
export async function* copyFacts(context: AuditContext): AsyncGenerator<AuditFact> {
  const { replicaBucket = "", replicaRegion = "" } = context.plan.vault;
  const keys = await newestKeys(context.vault, context.plan);
  const replica = context.aws.s3(replicaRegion);
  const samples: Sample[] = [];
  await runLimited(keys, CONCURRENCY, async (key) => {
    context.signal.throwIfAborted();
    const [source, copy] = await Promise.all([
      head(context.vault.s3, context.plan.vault.bucket, key),
      head(replica, replicaBucket, key),
    ]);
    // What expired or was swept meanwhile needs no copy.
    if (source.is !== "absent") samples.push({ key, source, copy });
  });
  samples.sort((one, other) => (one.key < other.key ? -1 : 1));
  yield statusFact(context, samples);
  yield copiesFact(context, samples);
}

function head(s3: S3Client, bucket: string, key: string): Promise<AwsAnswer<Head>> {
  return askAws("s3:GetObject", ["NotFound", "NoSuchKey", "NoSuchBucket"], async () => {
    const found = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return {
      bytes: found.ContentLength ?? 0,
      status: found.ReplicationStatus,
      modifiedAt: found.LastModified ?? new Date(0),
    };
  });
}

const declaredOf = (samples: readonly Sample[], what: string) =>
  `${samples.length} of ${samples.length} ${what}`;

function statusFact(context: AuditContext, samples: readonly Sample[]): AuditFact {
  const declared = declaredOf(samples, "copied, or younger than 15 minutes");
  const now = context.clock().getTime();
  const wrong = samples.flatMap(({ key, source }) => {
    if (source.is !== "told") return [];
    const { status = "never to be copied", modifiedAt } = source.value;
    const seconds = (now - modifiedAt.getTime()) / 1_000;
    const isFine =
      status === "COMPLETED" || status === "COMPLETE" || (status === "PENDING" && seconds < LATE_SECONDS);
    if (isFine) return [];
    return [`${key}: ${status}${status === "PENDING" ? ` for ${Math.floor(seconds / 60)} minutes` : ""}`];
  });
  const isRefused = samples.some(({ source }) => source.is === "refused");
  if (isRefused) return refusedFact(context, STATUS, { declared, permission: "s3:GetObject of manifests" });
  return sampledFact(context, STATUS, declared, wrong);
}

function copiesFact(context: AuditContext, samples: readonly Sample[]): AuditFact {
  const declared = declaredOf(samples, "there in the same size, or younger than 15 minutes");
  const now = context.clock().getTime();
  const wrong = samples.flatMap(({ key, source, copy }) => {
    if (source.is !== "told") return [];
    if (now - source.value.modifiedAt.getTime() < LATE_SECONDS * 1_000 && source.value.status === "PENDING")
      return [];
    if (copy.is === "absent") return [`${key}: absent`];
    if (copy.is === "told" && copy.value.bytes !== source.value.bytes)
      return [`${key}: ${copy.value.bytes} bytes in place of ${source.value.bytes}`];
    return [];
  });
  const isRefused = samples.some(({ source, copy }) => source.is === "refused" || copy.is === "refused");
  if (wrong.length === 0 && isRefused)
    return refusedFact(context, COPIES, { declared, permission: "s3:GetObject of manifests at the replica" });
  return sampledFact(context, COPIES, declared, wrong);
}

function sampledFact(
  context: AuditContext,
  kind: FactKind,
  declared: string,
  wrong: readonly string[],
): AuditFact {
  const more = wrong.length > NAMED ? ` and ${wrong.length - NAMED} more` : "";
  const actual = wrong.length === 0 ? declared : `${wrong.slice(0, NAMED).join("; ")}${more}`;
  return makeFact(context, kind, { declared, actual });
}
