import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ApiError } from "../../supabase/api-error.ts";
import { isOutcomeUnknown } from "../../supabase/is-outcome-unknown.ts";
import type { RequestOptions } from "../../supabase/management-api.ts";
import { waitUntil } from "../../supabase/wait-until.ts";
import type { ProviderContext } from "./provider-context.ts";

export interface Convergence<State> {
  /** For messages, as a noun phrase: "the PITR add-on of project …". */
  readonly what: string;
  read(options?: RequestOptions): Promise<State>;
  /** Whether the state is as it should be. */
  done(state: State): boolean;
  /** Makes it so. It may be called again after its answer was lost and the state shows no effect. */
  write(state: State): Promise<void>;
  /** How long a change may take to be seen. */
  readonly deadlineSeconds: number;
}

/** What came of it so far, also when it fails. */
export interface Trace<State> {
  /** As last seen. */
  state: State | undefined;
  /** Something was written, or may have been. */
  mayHaveChanged: boolean;
}

const MAX_WRITES = 3;
/** So long an effect whose answer was lost may take to show, before it is believed that there was none. */
const LOST_ANSWER_SECONDS = 10;

/**
 * Reads, decides, writes, reads back: does nothing when all is as it should be, and after a lost answer looks before it
 * writes again. The state alone counts, never an answer.
 *
 * @throws ApiError of the reading or writing; HoldfastError CHANGE_NOT_SEEN when a change was accepted and does not show
 */
export async function converge<State>(
  context: ProviderContext,
  { what, read, done, write, deadlineSeconds }: Convergence<State>,
  trace: Trace<State> = { state: undefined, mayHaveChanged: false },
): Promise<State> {
  let state: State = await read();
  trace.state = state;
  const seen = (seconds: number, timedOut: HoldfastError) =>
    waitUntil<State>({
      ...context,
      what,
      poll: read,
      done,
      onState(next) {
        state = next;
        trace.state = next;
      },
      timedOut: () => timedOut,
      deadlineSeconds: seconds,
    });
  for (let writes = 1; !done(state); writes += 1) {
    const lost = await attempt(() => write(state), trace);
    if (!lost) return seen(deadlineSeconds, notSeen(what, deadlineSeconds));
    try {
      state = await seen(LOST_ANSWER_SECONDS, lost);
    } catch (error) {
      if (error !== lost || writes === MAX_WRITES) throw error;
    }
  }
  return state;
}

/** @returns the error of a write that may have had its effect all the same */
async function attempt(write: () => Promise<void>, trace: Trace<unknown>): Promise<ApiError | undefined> {
  try {
    await write();
    trace.mayHaveChanged = true;
    return undefined;
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    trace.mayHaveChanged = true;
    return error;
  }
}

function notSeen(what: string, seconds: number): HoldfastError {
  return new HoldfastError({
    code: "CHANGE_NOT_SEEN",
    message: `Supabase accepted a change of ${what}, but it does not show after ${seconds} s`,
    hint: "Look at the project in the dashboard, then run the same command again; it goes on from what there is.",
  });
}
