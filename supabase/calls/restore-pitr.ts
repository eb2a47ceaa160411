import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface PitrTarget {
  /** The last second whose changes remain: whole seconds since 1970, UTC, above 0. */
  readonly targetSecondsSinceEpoch: number;
}

/**
 * Starts the recovery of a project, in place, to a second of its window: everything written later is lost. Success
 * means accepted and no more; there is no job to follow but the project's status.
 *
 * Never sent twice: a second request would rewind the database again, and lose what was written between.
 * @throws HoldfastError `RECOVERY_TARGET_INVALID` (exit 2) for what is not a whole second after 1970-01-01
 * @throws ApiError `SUPABASE_REFUSED` without the PITR add-on, or for a target outside the window
 * @see https://supabase.com/docs/reference/api/v1-restore-pitr-backup
 */
export async function restorePitr(
  api: ManagementApi,
  ref: string,
  { targetSecondsSinceEpoch }: PitrTarget,
  options?: RequestOptions,
): Promise<void> {
  // Zero is refused too: it may mean "now" to Supabase (UNVERIFIED), which nobody means who asks for 1970.
  if (!Number.isSafeInteger(targetSecondsSinceEpoch) || targetSecondsSinceEpoch <= 0) {
    throw new HoldfastError({
      code: "RECOVERY_TARGET_INVALID",
      message: `recovery target ${targetSecondsSinceEpoch} of project ${ref} is not a whole second after 1970-01-01T00:00:00Z`,
      hint: "Give the target in whole seconds since 1970, e.g. 1740787200 for 2025-03-01T00:00:00Z.",
      exitCode: 2,
    });
  }
  await api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/database/backups/restore-pitr",
      parameters: { ref },
      body: { recovery_time_target_unix: targetSecondsSinceEpoch },
      status: 201,
      reply: undefined,
    },
    options,
  );
}
