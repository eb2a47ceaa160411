import type { Clock } from "../plan/clock.ts";
import { formatDuration } from "../plan/duration.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { ApiError } from "./api-error.ts";
import { startDeadline } from "./deadline.ts";
import type { RequestOptions } from "./management-api.ts";
import { sleep as realSleep, type Sleep } from "./sleep.ts";

export interface Waiting<State> {
  /** For the message: "waited 5m for …". */
  readonly what: string;
  /** Looks once; it gets the time that is left and the signal, to be passed on to requests. */
  readonly poll: (options: RequestOptions) => Promise<State>;
  readonly done: (state: State) => boolean;
  /** The error of a state that will not become what is waited for: it ends the wait at once. */
  readonly failed?: (state: State) => HoldfastError | undefined;
  /** The error of the time-out, from the last state seen. @default WAIT_TIMED_OUT */
  readonly timedOut?: (last: State | undefined) => HoldfastError;
  /** For every look, the last one too. */
  readonly onState?: (state: State) => void;
  /** Whether a failed look is only a reason to look again. @default no usable answer, or held back by a limit */
  readonly tolerate?: (error: unknown) => boolean;
  readonly deadlineSeconds: number;
  /** Between looks, at most; the first come sooner, so that what is quick is seen quickly. @default 5 */
  readonly intervalSeconds?: number;
  readonly clock: Clock;
  /** @default real time */
  readonly sleep?: Sleep;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_INTERVAL_SECONDS = 0.5;
const GROWTH = 1.5;

/**
 * Looks again and again until something is so; the last look is at the deadline itself.
 * @throws HoldfastError WAIT_TIMED_OUT, or what `failed` or `timedOut` make; the reason of the signal when it aborts
 */
export async function waitUntil<State>(waiting: Waiting<State>): Promise<State> {
  const { done, failed, onState, signal, intervalSeconds = 5 } = waiting;
  const deadline = startDeadline(waiting.deadlineSeconds, { sleep: realSleep, ...waiting });
  let interval = Math.min(FIRST_INTERVAL_SECONDS, intervalSeconds);
  let last: State | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const remaining = deadline.remainingSeconds();
    const look = await lookOnce(waiting, remaining);
    if ("state" in look) {
      last = look.state;
      onState?.(last);
      if (done(last)) return last;
      const failure = failed?.(last);
      if (failure) throw failure;
    }
    if (remaining === 0) throw timeOut(waiting, last, "trouble" in look ? look.trouble : undefined);
    await deadline.sleep(Math.min(interval, deadline.remainingSeconds()), signal);
    interval = Math.min(interval * GROWTH, intervalSeconds);
  }
}

type Look<State> = { readonly state: State } | { readonly trouble: unknown };

async function lookOnce<State>(waiting: Waiting<State>, remainingSeconds: number): Promise<Look<State>> {
  const { poll, tolerate = isPassing, signal } = waiting;
  try {
    // The look at the deadline itself has a moment, too.
    return {
      state: await poll({ deadlineSeconds: Math.max(1, remainingSeconds), ...(signal && { signal }) }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!tolerate(error)) throw error;
    return { trouble: error };
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.code === "SUPABASE_UNAVAILABLE" || error.code === "SUPABASE_RATE_LIMITED")
  );
}

function timeOut<State>(waiting: Waiting<State>, last: State | undefined, trouble: unknown): HoldfastError {
  if (waiting.timedOut) return waiting.timedOut(last);
  const met = trouble instanceof Error ? ` The last look met: ${trouble.message}` : "";
  return new HoldfastError({
    code: "WAIT_TIMED_OUT",
    message: `Waited ${formatDuration(waiting.deadlineSeconds)} for ${waiting.what}, in vain.${met}`,
    hint: "Look at the project in the dashboard; run the same command again when it has settled.",
    cause: trouble,
  });
}
