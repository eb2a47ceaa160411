import type { DrillKind } from "../plan/schema/drills.ts";
import type { DrillScript } from "./drill-context.ts";
import { fullDr } from "./kinds/full-dr.ts";
import { pitrSimulation } from "./kinds/pitr-simulation.ts";
import { regionFailover } from "./kinds/region-failover.ts";
import { stagingRestore } from "./kinds/staging-restore.ts";

/** By kind, what is done in a drill's stack. */
export const DRILL_SCRIPTS: Readonly<Record<DrillKind, DrillScript>> = {
  "staging-restore": stagingRestore,
  "pitr-simulation": (context) => pitrSimulation(context),
  "full-dr": fullDr,
  "region-failover": regionFailover,
};
