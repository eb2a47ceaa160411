import { listKeys } from "./list-keys.ts";
import { parseRunKey, runsPrefix } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";

export interface RunListing {
  readonly sequence: number;
  /** When its record was stored. */
  readonly at: Date;
}

/** The completed syncs of a bucket, oldest first. Costs a listing; nothing is decrypted. */
export async function listRuns(place: MirrorPlace): Promise<RunListing[]> {
  const runs: RunListing[] = [];
  for await (const { key, modifiedAt } of listKeys(place.vault, runsPrefix(place.project, place.bucket))) {
    const parsed = parseRunKey(key);
    if (parsed) runs.push({ sequence: parsed.sequence, at: modifiedAt });
  }
  return runs;
}
