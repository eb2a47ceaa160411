import { ApiError } from "../../supabase/api-error.ts";
import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import { restorePitr } from "../../supabase/calls/restore-pitr.ts";
import { type Deadline, startDeadline } from "../../supabase/deadline.ts";
import { isOutcomeUnknown } from "../../supabase/is-outcome-unknown.ts";
import type { PitrContext } from "./pitr-context.ts";
import { rangeRefusal } from "./range-refusal.ts";
import { pitrNotEnabled, readWindow } from "./read-window.ts";
import { requireNotBeforeWindow, targetAfterWindow } from "./require-target.ts";

/** What became of the request: `unknown` when its answer was lost or is not the documented one, so that only the project's state can tell. */
export type Sent =
  | { readonly outcome: "accepted" | "unknown" }
  | { readonly outcome: "refused"; readonly why: string };

/**
 * Waits until the window reaches the target, which lags some minutes behind, and asks for the restore. A refusal that
 * quotes a window short of the target is waited out too; any other is final.
 *
 * @throws HoldfastError TARGET_AFTER_WINDOW, TARGET_BEFORE_WINDOW, PITR_NOT_ENABLED, and ApiError when the call cannot be
 * made at all: nothing was restored then
 */
export async function sendRestore(context: PitrContext, window: RecoveryWindow): Promise<Sent> {
  const { api, ref, target, signal, deadline, timing, clock, sleep } = context;
  const patience = Math.min(timing.lagSeconds, deadline.remainingSeconds());
  const lag = startDeadline(patience, { clock, sleep });
  await waitForWindow(context, window, lag);
  for (;;) {
    const refusal = await restorePitr(
      api,
      ref,
      { targetSecondsSinceEpoch: target.getTime() / 1000 },
      { deadlineSeconds: Math.max(1, deadline.remainingSeconds()), ...(signal && { signal }) },
    ).then(() => undefined, asRefusal);
    if (refusal === undefined) return { outcome: "accepted" };
    if (refusal === "unknown") return { outcome: "unknown" };
    const said = refusal.vendorMessage ?? refusal.message;
    const range = rangeRefusal(said);
    if (range === undefined) {
      if (/PITR is not enabled/i.test(said)) throw pitrNotEnabled(ref);
      return { outcome: "refused", why: refusal.message };
    }
    const quoted = range.window ?? (await readWindow(context));
    requireNotBeforeWindow(ref, target, quoted);
    if (await wait(context, lag)) continue;
    if (target > quoted.latest) throw targetAfterWindow(ref, target, quoted, lag.elapsedSeconds());
    return { outcome: "refused", why: refusal.message };
  }
}

/** Lets through every error that is no statement about this restore. */
function asRefusal(error: unknown): ApiError | "unknown" {
  if (isOutcomeUnknown(error)) return "unknown";
  if (error instanceof ApiError && error.code === "SUPABASE_REFUSED") return error;
  throw error;
}

async function waitForWindow(context: PitrContext, first: RecoveryWindow, lag: Deadline): Promise<void> {
  const { ref, target } = context;
  let window = first;
  while (target > window.latest) {
    if (!(await wait(context, lag))) throw targetAfterWindow(ref, target, window, lag.elapsedSeconds());
    window = await readWindow(context);
    requireNotBeforeWindow(ref, target, window);
  }
}

/** @returns false when there is no patience left */
async function wait({ timing, signal, progress }: PitrContext, lag: Deadline): Promise<boolean> {
  progress({
    step: "wait for the log",
    done: Math.round(lag.elapsedSeconds()),
    total: Math.round(lag.seconds),
    unit: "items",
  });
  return await lag.sleep(timing.lagPollSeconds, signal);
}
