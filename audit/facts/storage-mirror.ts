import { describeSchedule } from "../../plan/describe-schedule.ts";
import { previousDue } from "../../plan/schedule.ts";
import type { StorageBucket } from "../../plan/schema/storage.ts";
import { listRuns, type RunListing } from "../../vault/mirror/list-runs.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import type { EvidenceIndex, RecordedRun } from "../evidence-index.ts";
import { makeFact } from "../make-fact.ts";

/** Of a shard the option's name stands between bucket and number: see `partsOf`. */
const SYNC = "npm run sync -- {plan} --project {project} --bucket {subject}";

const SYNCED: FactKind = {
  id: "mirror.synced",
  setting: "sync of a bucket by its schedule",
  source: "S3 ListObjectsV2 of the sync records, evidence",
  fix: SYNC,
  moves: true,
};
const RECONCILED: FactKind = {
  id: "mirror.reconciled",
  setting: "comparison of everything by its schedule",
  source: "evidence",
  fix: `${SYNC} --full`,
  moves: true,
};
const OBJECTS: FactKind = {
  id: "mirror.objects",
  setting: "objects that the last sync could not copy",
  source: "evidence",
  fix: `Look at the names that it prints: ${SYNC} --full`,
};
const RECORDS: FactKind = {
  id: "mirror.records",
  setting: "records of syncs that are not there any more",
  source: "S3 ListObjectsV2 of the sync records",
  fix: `Bring them back from their versions or the replica; else compare everything anew: ${SYNC} --full`,
};

/** The mirrored buckets of every project. Records and index are sealed; what can be told without a key is told. */
export const storageMirrorSource: AuditSource = {
  name: "storage-mirror",
  kinds: [SYNCED, RECONCILED, OBJECTS, RECORDS],
  async *read(context) {
    const buckets = context.plan.projects.flatMap(({ name, storage }) =>
      storage.map((bucket) => [name, bucket] as const),
    );
    if (buckets.length === 0) return;
    const evidence = await context.evidence();
    for (const [project, bucket] of buckets) {
      context.signal.throwIfAborted();
      const runs = await listRuns({ vault: context.vault, project, bucket: bucket.bucket });
      yield* bucketFacts({ context, project, bucket, runs, evidence, now: context.clock() });
    }
  },
};

interface AuditedBucket {
  readonly context: AuditContext;
  readonly project: string;
  readonly bucket: StorageBucket;
  /** Oldest first. */
  readonly runs: readonly RunListing[];
  readonly evidence: EvidenceIndex;
  readonly now: Date;
}

function* bucketFacts(audited: AuditedBucket): Generator<AuditFact> {
  const { context, project, bucket, runs, evidence } = audited;
  for (const subject of partsOf(bucket)) {
    const key = `${project}/${subject}`;
    yield syncedFact(audited, subject);
    yield reconciledFact(audited, subject);
    const last = evidence.syncs.get(key);
    if (last === undefined) continue;
    yield makeFact(context, OBJECTS, { project, subject, declared: "none", actual: troubles(last) });
  }
  const about = { project, subject: bucket.bucket };
  yield makeFact(context, RECORDS, { ...about, declared: "none missing", actual: lostRecords(runs) });
}

/** The bucket, or each of its shards, which are synced one by one. */
function partsOf({ bucket, shards }: StorageBucket): readonly string[] {
  if (shards === 1) return [bucket];
  return Array.from({ length: shards }, (_, index) => `${bucket} --shard ${index + 1}/${shards}`);
}

/** The moment that something was due and must have happened by now; nothing when it was due before the project was. */
function owedAt({ context, project, evidence, now }: AuditedBucket, schedule: string): Date | undefined {
  const begun = evidence.firstSeen.get(project) ?? evidence.firstSeen.get("");
  const at = previousDue(
    schedule,
    new Date(now.getTime() - context.plan.alerts.thresholds.lateAfterSeconds * 1_000 + 1),
  );
  return begun !== undefined && at >= begun ? at : undefined;
}

function syncedFact(audited: AuditedBucket, subject: string): AuditFact {
  const { context, project, bucket, runs, evidence } = audited;
  const owed = owedAt(audited, bucket.schedule);
  const last = evidence.syncs.get(`${project}/${subject}`);
  const done = evidence.doneSyncs.get(`${project}/${subject}`);
  // The record makes a sync one; whose it is of several shards is sealed.
  const at = subject === bucket.bucket ? runs.at(-1)?.at : done?.at;
  const failure =
    last?.verdict === "FAIL" && (at === undefined || last.at > at) ? "; the last try failed" : "";
  return makeFact(context, SYNCED, {
    project,
    subject,
    declared: `${describeSchedule(bucket.schedule)}${owed ? `, since ${minute(owed)}` : ""}`,
    actual: `${at === undefined ? "never" : minute(at)}${failure}`,
    verdict: owed !== undefined && !(at !== undefined && at >= owed) ? "FAIL" : "PASS",
  });
}

/** It is the first sync after the time that compares everything. */
function reconciledFact(audited: AuditedBucket, subject: string): AuditFact {
  const { context, project, bucket, evidence } = audited;
  const sync = owedAt(audited, bucket.schedule);
  const owed = sync && previousDue(bucket.reconcile, sync);
  const begun = evidence.firstSeen.get(project);
  const isOwed = owed !== undefined && begun !== undefined && owed >= begun;
  const full = evidence.fullSyncs.get(`${project}/${subject}`);
  const at = full && new Date(String(full.body.startedAt ?? full.at.toISOString()));
  return makeFact(context, RECONCILED, {
    project,
    subject,
    declared: `${describeSchedule(bucket.reconcile)}${isOwed ? `, since ${minute(owed)}` : ""}`,
    actual: at === undefined ? "never" : minute(at),
    verdict: isOwed && !(at !== undefined && at >= owed) ? "FAIL" : "PASS",
  });
}

/** What a sync counts that a person should look at; what a busy bucket does of itself is left out. */
const TROUBLES = {
  missingAtSource: "missing at the source",
  missingInMirror: "missing in the mirror",
  rowsWithoutBytes: "without bytes",
  bytesWithoutRows: "without a row",
  damagedAtSource: "damaged at the source",
  unavailable: "unavailable",
} as const;

function troubles({ verdict, body }: RecordedRun): string {
  if (verdict === "PASS") return "none";
  const { counts, error } = body;
  if (error !== null && typeof error === "object" && "code" in error) return `it failed: ${error.code}`;
  const counted = counts !== null && typeof counts === "object" ? Object.entries(counts) : [];
  const found = counted.flatMap(([name, count]) =>
    name in TROUBLES && Number(count) > 0 ? [`${count} ${TROUBLES[name as keyof typeof TROUBLES]}`] : [],
  );
  return found.length > 0 ? found.join(", ") : `${String(body.problems)} problems`;
}

/** Each run takes the next number. */
function lostRecords(runs: readonly RunListing[]): string {
  const sequences = new Set(runs.map(({ sequence }) => sequence));
  const last = Math.max(0, ...sequences);
  const lost = Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !sequences.has(number),
  );
  if (lost.length === 0) return "none missing";
  return `${lost.length} missing: ${lost.slice(0, 5).join(", ")}`;
}

const minute = (at: Date) => `${at.toISOString().slice(0, 16)}Z`;
