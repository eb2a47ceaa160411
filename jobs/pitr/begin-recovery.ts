import { HoldfastError } from "../../plan/holdfast-error.ts";
import { ApiError } from "../../supabase/api-error.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import { markRecovery } from "./mark-recovery.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";
import { readOptions } from "./read-options.ts";
import { readWindow } from "./read-window.ts";
import { requireNotBeforeWindow } from "./require-target.ts";

/** States from which a restore makes sense; from any other the project must first come back by itself or by hand. */
const RESTORABLE: readonly string[] = ["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY", "RESTORE_FAILED"];

/**
 * Looks whether the project can be recovered to the target, and leaves a row in it that must be gone afterwards. The
 * row has a second use: a database in which nothing was written ships no log, and its window would never reach the
 * target.
 *
 * @throws HoldfastError PROJECT_UNKNOWN, PROJECT_NOT_READY, PITR_NOT_ENABLED, PITR_WINDOW_EMPTY, TARGET_BEFORE_WINDOW,
 * TARGET_IN_FUTURE by the database's clock
 */
export async function beginRecovery(context: PitrContext): Promise<PitrBegun> {
  const { ref, target, clock } = context;
  const requestedAt = clock().toISOString();
  const statusBefore = await requireRestorable(context);
  const window = await readWindow(context);
  requireNotBeforeWindow(ref, target, window);
  return {
    ref,
    target: target.toISOString(),
    requestedAt,
    statusBefore,
    window: { earliest: window.earliest.toISOString(), latest: window.latest.toISOString() },
    ...(await markRecovery(context)),
  };
}

/** @returns the project's state */
async function requireRestorable(context: PitrContext): Promise<string> {
  const { api, ref } = context;
  const { status } = await getProject(api, ref, readOptions(context)).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "SUPABASE_NOT_FOUND") throw error;
    throw new HoldfastError({
      code: "PROJECT_UNKNOWN",
      message: `Supabase knows no project ${ref}, or the access token's user may not see it.`,
      hint: error.hint,
      exitCode: 2,
      cause: error,
    });
  });
  if (RESTORABLE.includes(status)) return status;
  throw new HoldfastError({
    code: "PROJECT_NOT_READY",
    message: `Project ${ref} is ${status}; it can be restored when it is ${RESTORABLE.join(" or ")}. The project was not restored.`,
    hint:
      status === "RESTORING"
        ? "Another restore is under way. Follow the one that this program began from its journal, or wait for its end."
        : "Wait until the project is back, or bring it back in the dashboard, then try again.",
  });
}
