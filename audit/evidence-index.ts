import type { ProtectionPlan } from "../plan/protection-plan.ts";
import { longestRetentionDays } from "../plan/resolve-plan.ts";
import { evidenceBackwards } from "../vault/evidence/evidence-backwards.ts";
import type { EvidenceRecord } from "../vault/evidence/evidence-record.ts";
import type { Vault } from "../vault/vault.ts";

/** A backup that is on record as a success. */
export interface RecordedPoint {
  readonly id: string;
  readonly tier: string;
  readonly at: Date;
}

/** The last time that something was tried. */
export interface RecordedRun {
  readonly at: Date;
  readonly verdict: string;
  readonly body: EvidenceRecord["body"];
}

/** What an audit needs of the evidence, small however long the chain is. */
export interface EvidenceIndex {
  /** Nothing before it was read. */
  readonly since: Date;
  /** When each project is first told of, and the whole environment under the empty name. */
  readonly firstSeen: ReadonlyMap<string, Date>;
  /** When a backup of `<project>/<tier>` was first tried. */
  readonly firstTried: ReadonlyMap<string, Date>;
  /** Successful backups by project. */
  readonly points: ReadonlyMap<string, readonly RecordedPoint[]>;
  /** The newest drill of `<project>/<kind>`. */
  readonly drills: ReadonlyMap<string, RecordedRun>;
  /** The newest sync of `<project>/<bucket>`, of a shard ` --shard <shard>` behind it, failed ones too. */
  readonly syncs: ReadonlyMap<string, RecordedRun>;
  /** The newest that ended well, and the newest that compared everything. */
  readonly doneSyncs: ReadonlyMap<string, RecordedRun>;
  readonly fullSyncs: ReadonlyMap<string, RecordedRun>;
  /** How far back point-in-time recovery of a project reached at each checkpoint, newest first. */
  readonly reach: ReadonlyMap<string, readonly RecordedReach[]>;
  /** What the newest audit saw paid for of it, and since when each audit has seen the same. */
  readonly paidWindows: ReadonlyMap<string, PaidWindow>;
}

export interface RecordedReach {
  readonly at: Date;
  /** The first moment that could be recovered then. */
  readonly earliest: Date;
}

export interface PaidWindow {
  /** In the audit's words, such as `7 days`. */
  readonly days: string;
  readonly since: Date;
  /** What the audit before that saw; absent when there was none. */
  readonly before?: string;
}

/** Of the audit's own fact, with the project's name behind it. */
const PAID_WINDOW = "supabase.pitr-window/";

const DAY_MILLISECONDS = 86_400_000;
/** A drill that is due once a year, and the time it may take to be told of. */
const LEAST_DAYS = 400;

/**
 * Reads the evidence backwards, as far as anything that is kept is old.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function readEvidenceIndex(
  vault: Vault,
  plan: ProtectionPlan,
  now: Date,
): Promise<EvidenceIndex> {
  const days = Math.max(LEAST_DAYS, ...plan.projects.map(longestRetentionDays));
  const since = new Date(now.getTime() - days * DAY_MILLISECONDS);
  const index = {
    since,
    firstSeen: new Map<string, Date>(),
    firstTried: new Map<string, Date>(),
    points: new Map<string, RecordedPoint[]>(),
    drills: new Map<string, RecordedRun>(),
    syncs: new Map<string, RecordedRun>(),
    doneSyncs: new Map<string, RecordedRun>(),
    fullSyncs: new Map<string, RecordedRun>(),
    reach: new Map<string, RecordedReach[]>(),
    paidWindows: new Map<string, PaidWindow>(),
  };
  for await (const record of evidenceBackwards(vault, since)) {
    note(index, record);
  }
  return index;
}

type Writable = {
  -readonly [Field in Exclude<keyof EvidenceIndex, "since">]: EvidenceIndex[Field] extends ReadonlyMap<
    string,
    infer Value
  >
    ? Map<string, Value extends readonly (infer Item)[] ? Item[] : Value>
    : never;
};

function note(index: Writable, { kind, project, body, at: told }: EvidenceRecord): void {
  const at = new Date(told);
  keepFirst(index.firstSeen, "", at);
  if (kind === "audit") notePaid(index.paidWindows, at, body.actual);
  if (project === undefined) return;
  const run = { at, verdict: String(body.verdict), body };
  keepFirst(index.firstSeen, project, at);
  if (kind === "backup") {
    keepFirst(index.firstTried, `${project}/${body.tier}`, at);
    if (body.verdict === "PASS")
      add(index.points, project, { id: String(body.point), tier: String(body.tier), at });
  }
  // Newest first: what is there already is newer.
  // One with a point that was chosen says nothing of a loss of today.
  if (kind === "drill" && body.isNewest !== false) keep(index.drills, `${project}/${body.drill}`, run);
  if (kind === "storage-sync") {
    const bucket = `${project}/${body.bucket}${body.shard === undefined ? "" : ` --shard ${body.shard}`}`;
    keep(index.syncs, bucket, run);
    if (run.verdict !== "FAIL") keep(index.doneSyncs, bucket, run);
    if (body.kind === "full") keep(index.fullSyncs, bucket, run);
  }
  if (kind === "checkpoint") noteReach(index.reach, project, at, body.window);
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

function keepFirst(map: Map<string, Date>, key: string, at: Date): void {
  const known = map.get(key);
  if (known === undefined || at < known) map.set(key, at);
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key) ?? [];
  values.push(value);
  map.set(key, values);
}

function noteReach(map: Map<string, RecordedReach[]>, project: string, at: Date, window: unknown): void {
  if (window === null || typeof window !== "object" || !("earliest" in window)) return;
  const earliest = new Date(String(window.earliest));
  if (!Number.isNaN(earliest.getTime())) add(map, project, { at, earliest });
}

/** Newest first: it is followed back until an audit saw something else. */
function notePaid(map: Map<string, PaidWindow>, at: Date, actual: unknown): void {
  if (actual === null || typeof actual !== "object") return;
  for (const [id, days] of Object.entries(actual)) {
    if (!id.startsWith(PAID_WINDOW)) continue;
    const project = id.slice(PAID_WINDOW.length);
    const known = map.get(project);
    if (known === undefined) map.set(project, { days: String(days), since: at });
    else if (known.before === undefined)
      map.set(project, days === known.days ? { ...known, since: at } : { ...known, before: String(days) });
  }
}
