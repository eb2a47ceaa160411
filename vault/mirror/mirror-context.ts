import type { ChunkContext } from "../encryption.ts";
import type { MirrorPlace } from "./mirror-place.ts";

/** What an object of the mirror is, authenticated with it: an object of this bucket. Its hash in the index says which. */
export function objectContext({ project, bucket }: MirrorPlace): ChunkContext {
  return { project, point: `storage/${bucket}`, chunk: "storage-object" };
}

/** A segment of the index belongs to its run and number. */
export function segmentContext({ project, bucket }: MirrorPlace, run: string, number: number): ChunkContext {
  return { project, point: `storage/${bucket}`, chunk: `index/${run}/${number}` };
}

/** A run record belongs to its sequence. */
export function runContext({ project, bucket }: MirrorPlace, sequence: number): ChunkContext {
  return { project, point: `storage/${bucket}`, chunk: `run/${sequence}` };
}
