import { createHash } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { downloadObject } from "../download-object.ts";
import { listKeys } from "./list-keys.ts";
import { parseSegmentKey, segmentsPrefix } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { MirrorShard } from "./mirror-shard.ts";
import type { MirrorIndex } from "./read-index.ts";
import { readSegment } from "./read-segment.ts";
import { shardOfRun } from "./run-id.ts";
import type { SegmentReference } from "./segment-reference.ts";

export interface UnfinishedRuns {
  /** Oldest run first. Their rows are true: each names a version that was stored. */
  readonly segments: readonly SegmentReference[];
  /** Keys of segments that cannot be read: what they told is copied again. */
  readonly damaged: readonly string[];
}

/**
 * The segments that runs without record left since the last full one of every name: killed runs, and a run that was overtaken, until
 * a later run has taken them over. Each is read once to prove it.
 * @throws HoldfastError KEY_…, STORE_…
 */
export async function listUnfinishedRuns(
  place: MirrorPlace,
  index: Pick<MirrorIndex, "chain" | "superseded" | "isWhole">,
): Promise<UnfinishedRuns> {
  const shard = place.shard ?? MirrorShard.WHOLE;
  const known = new Set(index.chain.flatMap(({ run, takenOver = [] }) => [run, ...takenOver]));
  for (const run of index.superseded) known.add(run);
  // While a shard was never copied, what it left may be older than the full runs of the others.
  const base = index.isWhole ? index.chain[0] : undefined;
  const prefix = segmentsPrefix(place.project, place.bucket);
  const segments: SegmentReference[] = [];
  const damaged: string[] = [];
  // Ids begin with the time, so that older runs are not even listed.
  for await (const { key } of listKeys(place.vault, prefix, base && prefix + base.run.slice(0, 15))) {
    const parsed = parseSegmentKey(key);
    // Another shard's may still be running, and are for its next run to go on from.
    if (!parsed || known.has(parsed.run) || !shard.overlaps(shardOfRun(parsed.run))) continue;
    const proved = await prove(place, key, parsed);
    if (proved) segments.push(proved);
    else damaged.push(key);
  }
  return { segments, damaged };
}

async function prove(
  place: MirrorPlace,
  key: string,
  { run, number }: { readonly run: string; readonly number: number },
): Promise<SegmentReference | undefined> {
  const facts = { rows: 0, plainBytes: 0, bytes: 0, firstName: "", lastName: "" };
  const hash = createHash("sha256");
  try {
    for await (const piece of downloadObject(place.vault, key)) {
      facts.bytes += piece.length;
      hash.update(piece);
    }
    const sha256 = hash.digest("hex");
    for await (const row of readSegment(place, { run, number, sha256 })) {
      if (facts.rows === 0) facts.firstName = row.name;
      facts.lastName = row.name;
      facts.rows += 1;
      facts.plainBytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    }
    return { run, number, ...facts, sha256 };
  } catch (error) {
    const isBroken = error instanceof HoldfastError && /^(INDEX_SEGMENT|CHUNK)_/.test(error.code);
    if (isBroken) return undefined;
    throw error;
  }
}
