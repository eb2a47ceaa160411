import { ApiError } from "./api-error.ts";
import { getBackupSchedule } from "./calls/get-backup-schedule.ts";
import { getNetworkRestrictions } from "./calls/get-network-restrictions.ts";
import { getProject } from "./calls/get-project.ts";
import { getSslEnforcement } from "./calls/get-ssl-enforcement.ts";
import { listAddons, type ProjectAddons } from "./calls/list-addons.ts";
import { listBackups, type SupabaseBackups } from "./calls/list-backups.ts";
import type { BackupSchedule } from "./calls/replies/backup-schedule-reply.ts";
import type { NetworkRestrictions } from "./calls/replies/network-restrictions-reply.ts";
import type { SupabaseProject } from "./calls/replies/project-reply.ts";
import type { SslState } from "./calls/replies/ssl-enforcement-reply.ts";
import type { ManagementApi, RequestOptions } from "./management-api.ts";

/** What Supabase has for a project of that which a plan declares. */
export interface ProjectSettings {
  readonly project: SupabaseProject;
  readonly addons: ProjectAddons;
  /** With the window of point-in-time recovery. */
  readonly backups: SupabaseBackups;
  /** `not-entitled` below the Enterprise plan, `none` where none was ever set. */
  readonly schedule: BackupSchedule | "not-entitled" | "none";
  readonly ssl: SslState;
  readonly restrictions: NetworkRestrictions;
}

/**
 * Reads all settings of a project that an audit compares: six requests at once, to six endpoints. When one fails, the
 * others are ended and its error is thrown.
 */
export async function readProjectSettings(
  api: ManagementApi,
  ref: string,
  options: RequestOptions = {},
): Promise<ProjectSettings> {
  const others = new AbortController();
  const signal = AbortSignal.any([others.signal, ...(options.signal ? [options.signal] : [])]);
  const each = { ...options, signal };
  try {
    const [project, addons, backups, schedule, ssl, restrictions] = await Promise.all([
      getProject(api, ref, each),
      listAddons(api, ref, each),
      listBackups(api, ref, each),
      readSchedule(api, ref, each),
      getSslEnforcement(api, ref, each),
      getNetworkRestrictions(api, ref, each),
    ]);
    return { project, addons, backups, schedule, ssl, restrictions };
  } catch (error) {
    others.abort();
    throw error;
  }
}

async function readSchedule(
  api: ManagementApi,
  ref: string,
  options: RequestOptions,
): Promise<ProjectSettings["schedule"]> {
  try {
    return await getBackupSchedule(api, ref, options);
  } catch (error) {
    const code = error instanceof ApiError ? error.code : undefined;
    if (code === "SUPABASE_PLAN_REQUIRED") return "not-entitled";
    // That the project itself is unknown is told by the other requests.
    if (code === "SUPABASE_NOT_FOUND") return "none";
    throw error;
  }
}
