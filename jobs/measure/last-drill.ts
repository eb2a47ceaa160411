import type { DrillKind } from "../../plan/schema/drills.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import type { Verdict } from "../verdict.ts";
import { isDrillOf } from "./is-drill-of.ts";

/** How the last drill of a kind ended. */
export interface LastDrill {
  readonly verdict: Verdict;
  readonly at: Date;
  /** Absent when it failed before a point was chosen. */
  readonly point?: string;
  /** Absent when the recovery did not come to its end. */
  readonly rtoSeconds?: number;
}

/**
 * The newest drill of a kind among evidence, of those with the newest point.
 * @param evidence newest first
 */
export function lastDrill(
  evidence: readonly EvidenceRecord[],
  project: string,
  drill: DrillKind,
): LastDrill | undefined {
  const found = evidence.find((record) => isDrillOf(record, project, drill));
  if (found === undefined) return undefined;
  const { verdict, completedAt, point, rtoSeconds } = found.body;
  const at = new Date(typeof completedAt === "string" ? completedAt : Number.NaN);
  return {
    // What does not say that it passed did not.
    verdict: verdict === "PASS" || verdict === "PARTIAL" ? verdict : "FAIL",
    at: Number.isNaN(at.getTime()) ? new Date(found.at) : at,
    ...(typeof point === "string" && { point }),
    ...(typeof rtoSeconds === "number" && { rtoSeconds }),
  };
}
