import { HoldfastError } from "../../plan/holdfast-error.ts";
import { backupSchedule } from "../../plan/schema/supabase.ts";
import { getBackupSchedule } from "../../supabase/calls/get-backup-schedule.ts";
import { getEntitlements } from "../../supabase/calls/get-entitlements.ts";
import { getOrganization } from "../../supabase/calls/get-organization.ts";
import { setBackupSchedule } from "../../supabase/calls/set-backup-schedule.ts";
import { defineSetting } from "./define-setting.ts";
import { isApiError } from "./is-api-error.ts";
import { projectRef } from "./project-ref.ts";
import { resourceInputs } from "./resource-inputs.ts";

const SHOWN_SECONDS = 60;

export const openProvider = defineSetting({
  name: "backup-schedule",
  inputs: resourceInputs({ ref: projectRef(), startsAt: backupSchedule }),
  async see({ api }, ref, options) {
    try {
      const { scheduledFor } = await getBackupSchedule(api, ref, options);
      return { startsAt: scheduledFor.replace(/:00$/, "") };
    } catch (error) {
      // Not included in the plan (any more), or never set: to us there is none. Setting it says which.
      if (isApiError(error, "SUPABASE_PLAN_REQUIRED", "SUPABASE_NOT_FOUND")) return undefined;
      throw error;
    }
  },
  async admit({ api }, { ref }, { organizationSlug }) {
    if (organizationSlug === undefined) return;
    const { backupSchedule: entitled } = await getEntitlements(api, organizationSlug);
    if (entitled) return;
    const { plan } = await getOrganization(api, organizationSlug);
    throw new HoldfastError({
      code: "BACKUP_SCHEDULE_NOT_ENTITLED",
      message: `The backup schedule of project ${ref} cannot be set: it needs the Enterprise plan, and organization ${organizationSlug} is on the plan ${plan ?? "that Supabase does not name"}`,
      hint: "Remove backupSchedule from the project in the plan: Supabase chooses the time. Or upgrade the organization.",
      exitCode: 2,
    });
  },
  async write({ api }, { ref, startsAt }) {
    await setBackupSchedule(api, ref, { scheduledFor: startsAt });
  },
  deadlineSeconds: SHOWN_SECONDS,
});
