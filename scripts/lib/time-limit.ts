import { HoldfastError } from "../../plan/holdfast-error.ts";

/** Where a task says how long its job may take, in whole seconds; absent where nobody asks. */
export const TIMEOUT_VARIABLE = "HOLDFAST_TIMEOUT_SECONDS";
/** Long enough to destroy what a drill made: what is not destroyed then, the next one finds. */
const GRACE_SECONDS = 900;
/** A timer of Node holds so many milliseconds. */
const LONGEST_SECONDS = 2_147_483;

export interface TimeLimit {
  /** Tells the job to end. */
  readonly onTimeout: (reason: HoldfastError) => void;
  /** Ends the process of a job that did not: it hangs. */
  readonly onGraceOver: (reason: HoldfastError) => void;
  /** Seconds between the two. @default 900 */
  readonly graceSeconds?: number;
}

/**
 * Ends a job at the time that the plan gives it (`job.timeout`), first by asking and then by force: one that hangs
 * would be paid for, and hold its lock, for ever.
 * @param value of `HOLDFAST_TIMEOUT_SECONDS`
 * @returns what calls it off
 * @throws HoldfastError USAGE (exit 2) when the value is no number of seconds from 1 to 2,147,483
 */
export function limitTime(value: string | undefined, limit: TimeLimit): () => void {
  if (!value) return () => undefined;
  const seconds = Number(value);
  if (!/^\d+$/.test(value) || seconds < 1 || seconds > LONGEST_SECONDS) throw unusable();
  const reason = new HoldfastError({
    code: "TIMED_OUT",
    message: `The job took longer than the ${seconds} seconds that the plan gives it`,
    hint: "Look into its log for where it stands still; if it only needs longer, raise job.timeout in the plan.",
  });
  const { onTimeout, onGraceOver, graceSeconds = GRACE_SECONDS } = limit;
  let timer = setTimeout(() => {
    timer = setTimeout(() => onGraceOver(reason), graceSeconds * 1000).unref();
    onTimeout(reason);
  }, seconds * 1000).unref();
  return () => clearTimeout(timer);
}

const unusable = () =>
  new HoldfastError({
    code: "USAGE",
    message: `The environment variable ${TIMEOUT_VARIABLE} is no whole number of seconds from 1 to ${LONGEST_SECONDS}`,
    hint: "Leave it out: only tasks of a stack have it.",
    exitCode: 2,
  });
