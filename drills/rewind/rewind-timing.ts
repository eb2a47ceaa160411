import { PITR_TIMING, type PitrTiming } from "../../jobs/pitr/pitr-timing.ts";

/** How a rehearsed rewind waits. Seconds. */
export interface RewindTiming extends PitrTiming {
  /** From the last row before the chosen moment to the moment: younger rows may lie on either side of it. */
  readonly ageSeconds: number;
  /** How long the archive may take to reach the chosen moment; Supabase ships the log every two minutes. */
  readonly archiveSeconds: number;
}

export const REWIND_TIMING: RewindTiming = { ...PITR_TIMING, ageSeconds: 6, archiveSeconds: 900 };
