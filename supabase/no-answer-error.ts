import { formatDuration } from "../plan/duration.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { describeCall } from "./describe-call.ts";

export interface GivingUp {
  /** What the last try met. */
  readonly what: string;
  readonly tries: number;
  readonly elapsedSeconds: number;
  /** A try of a write may have reached Supabase. */
  readonly mayBeDone: boolean;
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The error of a call that got no usable answer; for a write that may have been done, it says so. */
export function noAnswerError(call: ApiCall<unknown>, giving: GivingUp): ApiError {
  const { endpoint, text } = describeCall(call);
  const { what, tries, elapsedSeconds, mayBeDone, status, retryAfterSeconds } = giving;
  const after = tries > 1 ? ` after ${tries} tries in ${formatDuration(elapsedSeconds)}` : "";
  const known = {
    endpoint,
    ...(status !== undefined && { status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  if (mayBeDone) {
    return new ApiError({
      ...known,
      code: "SUPABASE_OUTCOME_UNKNOWN",
      message: `${text} has no known outcome${after}: ${what}`,
      hint: "The change may have been made. Look at the project's state before trying again.",
    });
  }
  return new ApiError({
    ...known,
    code: "SUPABASE_UNAVAILABLE",
    message: `${text} got no usable answer${after}: ${what}`,
    hint: "Nothing was changed. Check the network, a proxy in between, and https://status.supabase.com, then try again.",
  });
}

export interface HeldBack {
  readonly waitSeconds: number;
  readonly deadlineSeconds: number;
}

/** The error of a call that the rate limit kept back until its deadline. */
export function rateLimitedError(
  call: ApiCall<unknown>,
  { waitSeconds, deadlineSeconds }: HeldBack,
): ApiError {
  const { endpoint, text } = describeCall(call);
  const seconds = Math.ceil(waitSeconds);
  return new ApiError({
    code: "SUPABASE_RATE_LIMITED",
    message: `${text} is held back by Supabase's rate limit for ${seconds} s more, beyond the deadline of ${formatDuration(deadlineSeconds)}`,
    hint: `Nothing was changed. Try again in ${seconds} s; all tokens of a user share the limit, so run less beside it.`,
    endpoint,
    retryAfterSeconds: seconds,
  });
}
