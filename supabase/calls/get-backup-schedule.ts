import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type BackupSchedule, backupScheduleReply } from "./replies/backup-schedule-reply.ts";

/**
 * When the daily backup of a project is due.
 * @throws ApiError `SUPABASE_PLAN_REQUIRED` below the Enterprise plan
 * @see https://supabase.com/docs/reference/api/v1-get-backup-schedule
 */
export function getBackupSchedule(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<BackupSchedule> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/database/backups/schedule",
      parameters: { ref },
      status: 200,
      reply: backupScheduleReply,
    },
    options,
  );
}
