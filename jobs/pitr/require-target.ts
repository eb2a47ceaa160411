import { formatDuration } from "../../plan/duration.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";

/**
 * The whole second that is recovered to: of a target with a fraction the second it lies in, so that nothing from
 * after the target comes back.
 *
 * @throws HoldfastError (exit 2) RECOVERY_NOT_CONFIRMED, TARGET_INVALID, TARGET_IN_FUTURE
 */
export function requireTarget(request: {
  readonly ref: string;
  readonly confirm: string | undefined;
  readonly target: Date;
  readonly now: Date;
}): Date {
  const { ref, confirm, target, now } = request;
  if (confirm !== ref) {
    throw new HoldfastError({
      code: "RECOVERY_NOT_CONFIRMED",
      message: `A recovery overwrites project ${ref} in place, and ${confirm === undefined ? "nobody confirmed it" : `"${confirm}" is not its reference`}. Nothing was changed.`,
      hint: `Confirm it by the project's reference: ${ref}`,
      exitCode: 2,
    });
  }
  const seconds = Math.floor(target.getTime() / 1000);
  if (Number.isNaN(seconds) || seconds <= 0) {
    throw new HoldfastError({
      code: "TARGET_INVALID",
      message: "The target is not a moment. Nothing was changed.",
      hint: "Give it in UTC, such as 2026-03-02T02:15:00Z.",
      exitCode: 2,
    });
  }
  const whole = new Date(seconds * 1000);
  if (whole > now) throw targetInFuture(whole, now, "");
  return whole;
}

/** @param by whose clock says so, e.g. ` by the database's clock` */
export function targetInFuture(target: Date, now: Date, by: string): HoldfastError {
  return new HoldfastError({
    code: "TARGET_IN_FUTURE",
    message: `${target.toISOString()} is ${formatDuration((target.getTime() - now.getTime()) / 1000)} in the future${by}. The project was not restored.`,
    hint: "Give a moment before the damage, in UTC, such as 2026-03-02T02:15:00Z.",
    exitCode: 2,
  });
}

/** @throws HoldfastError TARGET_BEFORE_WINDOW (exit 2) */
export function requireNotBeforeWindow(ref: string, target: Date, window: RecoveryWindow): void {
  if (target >= window.earliest) return;
  throw new HoldfastError({
    code: "TARGET_BEFORE_WINDOW",
    message: `${target.toISOString()} is ${formatDuration((window.earliest.getTime() - target.getTime()) / 1000)} before the first moment that project ${ref} can be recovered to, ${window.earliest.toISOString()}. The project was not restored.`,
    hint: "Choose a moment in the window, or restore an older recovery point into an empty project: npm run points lists them.",
    exitCode: 2,
    details: [windowFacts(window)],
  });
}

export function targetAfterWindow(
  ref: string,
  target: Date,
  window: RecoveryWindow,
  waitedSeconds: number,
): HoldfastError {
  return new HoldfastError({
    code: "TARGET_AFTER_WINDOW",
    message: `${target.toISOString()} is ${formatDuration((target.getTime() - window.latest.getTime()) / 1000)} after the last moment that project ${ref} can be recovered to, ${window.latest.toISOString()}, also after ${formatDuration(waitedSeconds)} of waiting. The project was not restored.`,
    hint: `Choose ${window.latest.toISOString()} or earlier. A window that stands still while the database is written to is an incident of its own: Supabase ships no log.`,
    details: [windowFacts(window)],
  });
}

const windowFacts = ({ earliest, latest }: RecoveryWindow) => ({
  earliest: earliest.toISOString(),
  latest: latest.toISOString(),
});
