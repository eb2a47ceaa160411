import type { DrillScript } from "../drill-context.ts";
import { restoreAndProve } from "../restore-and-prove.ts";

/** The weekly rehearsal: the newest point comes back into an empty database, and is proved to be the point. */
export const stagingRestore: DrillScript = (context) => restoreAndProve(context);
