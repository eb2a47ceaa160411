import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";

/** One measured drill and what it says of a recovery of this size. */
export interface DrillMeasure {
  readonly drill: string;
  readonly point: string;
  readonly at: string;
  /** As it was measured. */
  readonly rtoSeconds: number;
  /** Of the restored point against this one, when they differ so much that its time was scaled. */
  readonly scaledBy?: number;
}

export interface RecoveryEstimate {
  /** The median, up to the next tenth. */
  readonly minutes: number;
  /** Newest first. */
  readonly from: readonly DrillMeasure[];
}

/** The kinds that bring a point back; a recovery to a point in time takes another way. */
const KINDS = ["staging-restore", "full-dr", "region-failover"];
const MEASURES = 5;
/** Sizes nearer than this tell nothing that a second measurement of the same size would not. */
const SAME_SIZE = 1.25;

/**
 * How long a recovery from a point takes, by the drills that were measured last: their median, each scaled by the
 * size of what it restored.
 *
 * @param evidence newest first
 * @param options.bytes stored size of the point to come back from; undefined when it is not known
 * @param options.sizeOf stored size of a drill's point; undefined when it is gone
 * @returns undefined when no drill was measured
 */
export function estimateRecovery(
  evidence: readonly EvidenceRecord[],
  options: {
    readonly project: string;
    readonly bytes: number | undefined;
    readonly sizeOf: (point: string) => number | undefined;
  },
): RecoveryEstimate | undefined {
  const measured = evidence.flatMap((record) => measure(record, options) ?? []).slice(0, MEASURES);
  if (measured.length === 0) return undefined;
  const minutes = median(measured.map(({ seconds }) => seconds)) / 60;
  return { minutes: Math.ceil(minutes * 10) / 10, from: measured.map(({ shown }) => shown) };
}

function measure(
  { kind, project, at, body }: EvidenceRecord,
  options: Parameters<typeof estimateRecovery>[1],
): { seconds: number; shown: DrillMeasure } | undefined {
  const { drill, point, rtoSeconds, restoreSeconds, proofSeconds } = body;
  // One that failed by what it found, or by its time, was measured all the same; one that threw was not.
  const isOurs = kind === "drill" && project === options.project;
  if (!isOurs || typeof drill !== "string" || !KINDS.includes(drill)) return undefined;
  if (typeof point !== "string" || typeof rtoSeconds !== "number") return undefined;
  const size = options.sizeOf(point);
  const ratio = size && options.bytes ? options.bytes / size : 1;
  const shown = { drill, point, at, rtoSeconds };
  if (ratio <= SAME_SIZE && ratio >= 1 / SAME_SIZE) return { seconds: rtoSeconds, shown };
  // Making and reaching a target takes as long for a large point as for a small one.
  const bySize = seconds(restoreSeconds) + seconds(proofSeconds);
  const fixed = bySize === 0 ? 0 : Math.max(0, rtoSeconds - bySize);
  const scaledBy = Math.round(ratio * 100) / 100;
  return { seconds: fixed + (rtoSeconds - fixed) * ratio, shown: { ...shown, scaledBy } };
}

const seconds = (value: unknown) => (typeof value === "number" ? value : 0);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
