import { syncVerdict } from "../../jobs/storage/sync-problems.ts";
import { formatByteSize } from "../../plan/byte-size.ts";
import { shardOfRun } from "../../vault/mirror/run-id.ts";
import type { RunRecord } from "../../vault/mirror/run-record.ts";

/** What each problem means and what to do about it, for a person. */
const MEANINGS: Readonly<Record<string, string>> = {
  "changed-while-copied": "replaced while it was copied; the next sync copies it",
  "deleted-while-copied": "deleted while it was copied",
  "row-without-bytes": "in the catalog, but Storage has no bytes of it",
  "bytes-without-row": "listed by Storage, but not in the catalog",
  "damaged-at-source": "its bytes are not those its row tells; look at it at the source",
  "missing-in-mirror": "its copy was gone from the vault",
  "index-damaged": "a part of the mirror's index could not be read; everything was compared",
  "record-lost": "the record of an earlier sync could not be read; everything was compared",
};

/** A sync in words: verdict and figures in one line, then a line for each object that a person should know of. */
export function describeSync(run: RunRecord): string {
  const { bucket, run: id, counts, kind, reason, problems, problemsLeftOff, startedAt, completedAt } = run;
  const { copied = 0, bytes = 0, unchanged = 0, missingAtSource = 0 } = counts;
  const seconds = (Date.parse(completedAt) - Date.parse(startedAt)) / 1000;
  const compared =
    kind === "full"
      ? `everything compared, as ${reason ?? "it was asked for"}: ${unchanged} unchanged, ${missingAtSource} kept that the source no longer has`
      : "only what changed was asked for";
  const shard = shardOfRun(id);
  const part = shard.isWhole ? bucket : `${bucket}, shard ${shard}`;
  return [
    `${syncVerdict(run)} ${part}: ${copied} objects copied (${formatByteSize(bytes)}) in ${seconds.toFixed(1)} s; ${compared}.`,
    ...problems.map(
      ({ name, problem, detail }) =>
        `  ${problem} ${JSON.stringify(name)}: ${MEANINGS[problem] ?? detail ?? ""}`,
    ),
    ...(problemsLeftOff > 0 ? [`  and ${problemsLeftOff} more, which the next sync names`] : []),
  ].join("\n");
}
