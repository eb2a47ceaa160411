import type { Clock } from "../../plan/clock.ts";
import type { Deadline } from "../../supabase/deadline.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { Sleep } from "../../supabase/sleep.ts";
import type { Progress } from "../progress.ts";
import type { MarkerTable, RunSql } from "./marker.ts";
import type { PitrTiming } from "./pitr-timing.ts";

/** What the steps of one recovery share. */
export interface PitrContext {
  readonly api: ManagementApi;
  readonly ref: string;
  /** A whole second. */
  readonly target: Date;
  readonly table: MarkerTable;
  readonly run: RunSql;
  readonly timing: PitrTiming;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
  /** Called with each status of the project that differs from the one before. */
  readonly onState: (status: string) => void;
}
