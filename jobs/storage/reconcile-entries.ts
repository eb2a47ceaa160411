import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import type { MirrorContents } from "../../vault/mirror/mirror-contents.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { keptVersions } from "./kept-versions.ts";
import type { KnownEntry } from "./plan-copies.ts";
import type { SyncReport } from "./sync-report.ts";

export interface Reconciliation {
  readonly place: MirrorPlace;
  readonly contents: MirrorContents;
  readonly retainDays: number;
  readonly report: SyncReport;
}

/** The index without what has expired, and without copies that are gone from the mirror, which are reported. */
export async function* reconcileEntries(
  entries: AsyncIterable<IndexEntry>,
  { place, contents, retainDays, report }: Reconciliation,
): AsyncGenerator<KnownEntry> {
  const now = place.vault.clock();
  for await (const entry of entries) {
    const kept = keptVersions(entry, now, retainDays);
    report.count("expired", entry.versions.length - kept.length);
    const versions = kept.filter((row) => {
      if (contents.has(place, row)) return true;
      report.count("missingInMirror");
      const { name, version, mirrorVersionId = "null" } = row;
      const detail = `Its copy, version ${mirrorVersionId} in the vault, is gone or has another size; it is copied again if the source still has it.`;
      report.add({ name, version, problem: "missing-in-mirror", detail });
      return false;
    });
    const last = versions.at(-1);
    yield { name: entry.name, versions, isLatest: last !== undefined && contents.isLatest(place, last) };
  }
}
