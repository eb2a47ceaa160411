import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { Point } from "../vault/list-points.ts";

/**
 * Whether a drill may take the point unasked: one of a few tables, or of the schema alone, would rehearse no recovery, and
 * that of an emergency holds the database that broke, so that the plan's checks are not about it.
 */
export const isWholePoint = ({ tiers }: ProjectPlan, { tier }: Point): boolean =>
  tier !== "emergency" && tiers[tier]?.scope.kind === "full";
