import { previousDue } from "../../plan/schedule.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { shardOfRun } from "../../vault/mirror/run-id.ts";
import type { KnownIndex } from "./open-index.ts";
import type { SyncCursor } from "./sync-cursor.ts";

export interface FullRunFacts {
  /** Somebody wants one. */
  readonly isAsked: boolean;
  /** Five fields, UTC; none without it. */
  readonly reconcile?: string | undefined;
  readonly now: Date;
  /** The names that are synced. @default all of the bucket */
  readonly shard?: MirrorShard | undefined;
  readonly cursor: SyncCursor;
  /** Of `catalogIdentity`. */
  readonly source: string;
}

/** Why everything must be compared, as a person reads it; undefined when what changed is enough. */
export function fullRunReason(
  { chain, head, problems }: KnownIndex,
  { isAsked, reconcile, now, cursor, source, shard = MirrorShard.WHOLE }: FullRunFacts,
): string | undefined {
  if (isAsked) return "it was asked for";
  if (problems.some(({ problem }) => problem === "record-lost"))
    return "the record of an earlier sync is lost";
  if (head === undefined) return "it is the first";
  if (shardOfRun(head.run).of !== shard.of) return "the bucket has another number of shards";
  if (problems.length > 0) return "a part of the index cannot be read";
  if (head.doubt !== undefined) return head.doubt;
  if (head.problemsLeftOff > 0) return "the last sync had more problems than it could name";
  if (head.source !== undefined && head.source !== source)
    return "the catalog is another than at the last sync: restored, or written anew";
  if (cursor.asOf < new Date(head.asOf ?? head.cursor.updatedAfter)) return "the database's clock moved back";
  const base = new Date(chain[0]?.startedAt ?? 0);
  if (base > now) return "this machine's clock moved back";
  if (reconcile !== undefined && previousDue(reconcile, now) > base)
    return "it is due by the plan's schedule";
  return undefined;
}
