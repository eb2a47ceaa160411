import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLsn, timelineHistoryName } from "./wal-names.ts";

export interface TimelineStep {
  readonly timeline: number;
  /** Where this timeline was left for the next, in bytes; infinite for the last. */
  readonly endLsn: number;
}

/**
 * The way from the cluster's first timeline to `timeline`, oldest first, from the history file in the archive. Of a rewind
 * to a moment before an earlier rewind the file names as left the timeline that was asked for, although it ended
 * before that one began: then the way leaves each timeline where it first leaves it or a later one.
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
 */
export function timelinePath(archive: string, timeline: number): readonly TimelineStep[] {
  const last = { timeline, endLsn: Number.POSITIVE_INFINITY };
  if (timeline === 1) return [last];
  const lines = readFileSync(join(archive, timelineHistoryName(timeline)), "utf8").split("\n");
  const steps = lines.flatMap((line) => {
    const [, number, lsn] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line) ?? [];
    return number && lsn ? [{ timeline: Number(number), endLsn: parseLsn(lsn) }] : [];
  });
  let endLsn = last.endLsn;
  const way = [...steps, last].toReversed().map((step) => {
    endLsn = Math.min(endLsn, step.endLsn);
    return { timeline: step.timeline, endLsn };
  });
  return way.reverse();
}

/** The timeline whose file holds this segment on the way: the one that is left after it, as PostgreSQL picks it. */
export function timelineOfSegment(
  path: readonly TimelineStep[],
  segment: number,
  segmentBytes: number,
): number {
  // The segment in which a timeline is left exists on the next one too, with the bytes before copied.
  const step = path.find(({ endLsn }) => segment < Math.floor(endLsn / segmentBytes));
  return step?.timeline ?? path.at(-1)?.timeline ?? 1;
}

/** Whether what a timeline had written up to `lsn` is part of the way. */
export function isOnPath(path: readonly TimelineStep[], timeline: number, lsn: number): boolean {
  return path.some((step) => step.timeline === timeline && lsn <= step.endLsn);
}
