import type { DrillKind } from "../../plan/schema/drills.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";

/**
 * Whether the evidence is of a drill that the plan's schedule asks for: with the newest point. One with a point that was
 * chosen, as the proof of a checkpoint is, says nothing of what a loss of today would come back with.
 */
export function isDrillOf(record: EvidenceRecord, project: string, drill: DrillKind): boolean {
  const { kind, project: of, body } = record;
  return kind === "drill" && of === project && body.drill === drill && body.isNewest !== false;
}
