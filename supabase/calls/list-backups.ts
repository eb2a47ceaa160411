import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { instant } from "./replies/instant.ts";
import { present } from "./replies/present.ts";

/** The states of a backup that are known; others may appear. */
export const BACKUP_STATUSES = [
  "COMPLETED",
  "FAILED",
  "PENDING",
  "REMOVED",
  "ARCHIVED",
  "CANCELLED",
] as const;

export interface SupabaseBackup {
  readonly id: number;
  /** A copy of the files, which cannot be downloaded; a logical one can. */
  readonly physical: boolean;
  /** One of `BACKUP_STATUSES`, or one that is new. */
  readonly status: string;
  readonly insertedAt: Date;
}

/** The times that a project can be recovered to, both included. */
export interface RecoveryWindow {
  readonly earliest: Date;
  /** Lags the clock by some minutes, and stays where it is while nothing is written. */
  readonly latest: Date;
}

export interface SupabaseBackups {
  readonly region: string;
  readonly pitrEnabled: boolean;
  readonly walgEnabled: boolean;
  /** Daily backups; empty on the free plan, and while point-in-time recovery is on, which replaces them. */
  readonly backups: readonly SupabaseBackup[];
  /** Absent without point-in-time recovery. */
  readonly window?: RecoveryWindow;
}

const Backup = z
  .object({ id: z.number(), is_physical_backup: z.boolean(), status: z.string(), inserted_at: instant })
  .transform(
    ({ id, is_physical_backup, status, inserted_at }): SupabaseBackup => ({
      id,
      physical: is_physical_backup,
      status,
      insertedAt: inserted_at,
    }),
  );

const Edges = z
  .object({
    earliest_physical_backup_date_unix: z.number().nullish(),
    latest_physical_backup_date_unix: z.number().nullish(),
  })
  .transform((edges): RecoveryWindow | undefined => {
    const earliest = edges.earliest_physical_backup_date_unix;
    const latest = edges.latest_physical_backup_date_unix;
    if (!earliest || !latest) return undefined;
    return { earliest: new Date(earliest * 1000), latest: new Date(latest * 1000) };
  });

const Reply = z
  .object({
    region: z.string(),
    pitr_enabled: z.boolean(),
    walg_enabled: z.boolean(),
    backups: z.array(Backup),
    physical_backup_data: Edges.nullish(),
  })
  .transform(
    (reply): SupabaseBackups =>
      present({
        region: reply.region,
        pitrEnabled: reply.pitr_enabled,
        walgEnabled: reply.walg_enabled,
        backups: reply.backups,
        // Without the add-on there is nothing to recover to, whatever an answer may still tell of old edges.
        window: reply.pitr_enabled ? reply.physical_backup_data : undefined,
      }),
  );

/**
 * The backups that Supabase keeps of a project, and the window of its point-in-time recovery.
 * @see https://supabase.com/docs/reference/api/v1-list-all-backups
 */
export function listBackups(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<SupabaseBackups> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/database/backups",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
