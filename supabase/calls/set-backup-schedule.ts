import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type BackupSchedule, backupScheduleReply } from "./replies/backup-schedule-reply.ts";

/**
 * Moves the daily backup of a project to another time of day, from the next one on.
 *
 * Never sent twice: Supabase allows three changes in 24 hours, and the second request may count as one.
 * @param scheduledFor `HH:MM` or `HH:MM:SS`, UTC
 * @throws ApiError `SUPABASE_PLAN_REQUIRED` below the Enterprise plan
 * @see https://supabase.com/docs/reference/api/v1-update-backup-schedule
 */
export function setBackupSchedule(
  api: ManagementApi,
  ref: string,
  { scheduledFor }: { readonly scheduledFor: string },
  options?: RequestOptions,
): Promise<BackupSchedule> {
  return api.request(
    {
      method: "PATCH",
      path: "/v1/projects/{ref}/database/backups/schedule",
      parameters: { ref },
      body: { schedule_for: scheduledFor },
      status: 200,
      reply: backupScheduleReply,
    },
    options,
  );
}
