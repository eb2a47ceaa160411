import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { hasBackupSchedule } from "../entitlements-of.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/;
/** The platform chooses a time for each project; here it is the same for all. */
const DEFAULT_TIME = "03:00:00";
const CHANGES_A_DAY = 3;
const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** Success was never seen from outside an Enterprise organization: everything but the 402 is UNVERIFIED. @throws Refusal 402 */
function entitledProject(platform: Platform, ref: string): ProjectRecord {
  const project = platform.project(ref);
  const message = "This feature requires the Enterprise organization plan.";
  const error = { code: "entitlement_required", feature: "backup.schedule" };
  if (!hasBackupSchedule(platform.organizationOf(project)))
    throw new Refusal(402, message, { body: { message, error } });
  return project;
}

const shown = ({ schedule, createdAt }: ProjectRecord) => ({
  schedule_for: schedule?.at ?? DEFAULT_TIME,
  updated_at: schedule?.updatedAt ?? createdAt,
});

/** When the daily backup is taken. */
export const backupScheduleEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/database/backups/schedule",
    handle: (platform, { ref }) => ({ status: 200, body: shown(entitledProject(platform, ref)) }),
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}/database/backups/schedule",
    body: z.object({ schedule_for: z.string().regex(TIME) }),
    handle: (platform, { ref, json }) => {
      const { schedule } = entitledProject(platform, ref);
      const now = platform.clock();
      const recent = (schedule?.changes ?? []).filter(
        (at) => now.getTime() - Date.parse(at) < DAY_MILLISECONDS,
      );
      if (recent.length >= CHANGES_A_DAY)
        throw new Refusal(429, "The backup schedule can be changed at most 3 times in 24 hours");
      const at = json.schedule_for.length === "HH:MM".length ? `${json.schedule_for}:00` : json.schedule_for;
      const updatedAt = now.toISOString();
      return {
        status: 200,
        body: shown(platform.update(ref, { schedule: { at, updatedAt, changes: [...recent, updatedAt] } })),
      };
    },
  }),
];
