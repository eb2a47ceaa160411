import type { Clock } from "../../plan/clock.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { Sleep } from "../../supabase/sleep.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import type { MarkerTable, RunSql } from "./marker.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrTiming } from "./pitr-timing.ts";

export interface PitrRequest {
  readonly api: ManagementApi;
  /** The project's reference at Supabase: 20 lower-case letters. */
  readonly ref: string;
  /** The last moment whose changes remain; Supabase recovers to whole seconds, so its fraction is dropped. */
  readonly target: Date;
  /** The project's reference, as the operator typed it. */
  readonly confirm: string | undefined;
  /** The plan's project: its name in the vault and its objective of time. */
  readonly project: Pick<ProjectPlan, "name" | "objectives">;
  /** When the damage was done, for the report of what was lost. @default the time of the request */
  readonly incidentAt?: Date;
  /** From the request to the proof. @default the project's recovery time objective */
  readonly deadlineSeconds?: number;
  /** What an earlier call gave to `onBegun`: that restore is followed instead of a second one being started. */
  readonly begun?: PitrBegun | undefined;
  /**
   * Called before Supabase is asked, and again when it has accepted. What it is given must be on the disk when it
   * returns; with it a killed recovery is followed to its end.
   */
  readonly onBegun?: (begun: PitrBegun) => Promise<void>;
  readonly marker?: MarkerTable;
  /** Another way to the project's database than the Management API, as user `postgres`. */
  readonly database?: RunSql;
  /** Takes evidence of the recovery, and has the points to fall back to. */
  readonly vault?: Vault;
  readonly timing?: Partial<PitrTiming>;
  readonly clock: Clock;
  /** @default real time */
  readonly sleep?: Sleep;
  readonly progress?: Progress;
  readonly onState?: (status: string) => void;
  readonly signal?: AbortSignal | undefined;
}
