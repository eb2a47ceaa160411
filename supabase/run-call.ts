import type { Clock } from "../plan/clock.ts";
import type { ApiCall } from "./api-call.ts";
import type { ApiError } from "./api-error.ts";
import { type BuiltRequest, buildRequest, type RequestSettings } from "./build-request.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { type Judgement, judgeAnswer } from "./judge-answer.ts";
import { LimitDeadlineError } from "./limit-deadline-error.ts";
import type { RequestOptions } from "./management-api.ts";
import { noAnswerError, rateLimitedError } from "./no-answer-error.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { readLimitHeaders, readRetryAfter } from "./read-limit-headers.ts";
import { requestLimit } from "./request-limit.ts";
import type { LimitNews } from "./request-window.ts";
import { type Outcome, sendRequest } from "./send-request.ts";
import type { Sleep } from "./sleep.ts";
import type { Slots } from "./slots.ts";

/** What all calls of one client share. */
export interface CallContext {
  readonly request: RequestSettings;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly limiter: RateLimiter;
  readonly slots: Slots;
  readonly limitPerMinute: number;
  readonly requestTimeoutSeconds: number;
}

const DEFAULT_DEADLINE_SECONDS = 300;
/** With the waits below, about half a minute of trouble is ridden out. */
const MAX_TRIES = 6;
const FIRST_WAIT_SECONDS = 1;
const MAX_WAIT_SECONDS = 20;
/** When the rate limit's refusal does not say how long. */
const THROTTLED_SECONDS = 60;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** One call on its way. */
interface Run<Reply> {
  readonly call: ApiCall<Reply>;
  readonly request: BuiltRequest;
  readonly context: CallContext;
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  /** Tries without a usable answer. */
  failures: number;
  /** A try of a write without a usable answer: it may have had its effect. */
  mayBeDone: boolean;
}

/** What came of one try. */
type Tried<Reply> = Exclude<Judgement<Reply>, { kind: "unusable" }> | Failure;

interface Failure {
  readonly kind: "unusable";
  readonly what: string;
  /** `false` proves that nothing was done. */
  readonly sent: boolean;
  readonly lasting: boolean;
  readonly status?: number;
  readonly waitSeconds?: number | undefined;
}

/**
 * Makes a call: within the limits, again where that is safe, until its deadline.
 * @throws ApiError; the reason of the signal when it aborts
 */
export async function runCall<Reply>(
  call: ApiCall<Reply>,
  { signal, deadlineSeconds = DEFAULT_DEADLINE_SECONDS }: RequestOptions,
  context: CallContext,
): Promise<Reply> {
  const request = buildRequest(call, context.request);
  const deadline = startDeadline(deadlineSeconds, context);
  const run: Run<Reply> = { call, request, context, deadline, signal, failures: 0, mayBeDone: false };
  for (;;) {
    const tried = await tryOnce(run);
    if (tried.kind === "reply") return tried.reply;
    if (tried.kind === "busy") await waitWhileBusy(run, tried.error);
    // What was throttled waits for its turn like everybody else.
    if (tried.kind === "unusable") await waitAfterFailure(run, tried);
  }
}

async function tryOnce<Reply>(run: Run<Reply>): Promise<Tried<Reply>> {
  const { call, context, signal, deadline } = run;
  const limit = requestLimit(call, context.limitPerMinute);
  const permit = await context.limiter
    .acquire(limit, { remainingSeconds: deadline.remainingSeconds, signal })
    .catch((error: unknown) => {
      throw error instanceof LimitDeadlineError ? heldBack(run, error) : error;
    });
  let news: LimitNews = {};
  try {
    const leave = await context.slots.acquire(signal);
    const outcome = await send(run).finally(leave);
    if (outcome.kind === "no-answer") return { ...outcome, kind: "unusable" };
    news = readLimitHeaders(outcome.headers);
    const judgement = judgeAnswer(call, outcome);
    const waitSeconds = readRetryAfter(outcome.headers, context.clock());
    if (judgement.kind === "throttled") {
      // Not all at once when it opens again.
      const blockedSeconds =
        (waitSeconds ?? news.resetSeconds ?? THROTTLED_SECONDS) + 1 + 4 * context.random();
      news = { ...news, blockedSeconds };
    }
    if (judgement.kind !== "unusable") return judgement;
    return { ...judgement, sent: true, lasting: false, status: outcome.status, waitSeconds };
  } finally {
    permit.release(news);
  }
}

function send({ call, request, context, deadline, signal }: Run<unknown>): Promise<Outcome> {
  const whole = context.requestTimeoutSeconds;
  // A read that nobody waits for any more is cut off; a write is not, lest its outcome be unknown for no need.
  const timeoutSeconds =
    call.method === "GET" ? Math.min(whole, Math.max(1, deadline.remainingSeconds())) : whole;
  return sendRequest(request, {
    method: call.method,
    timeoutSeconds,
    maxReplyBytes: MAX_REPLY_BYTES,
    signal,
  });
}

async function waitWhileBusy(run: Run<unknown>, error: ApiError): Promise<void> {
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined && (await run.deadline.sleep(retryAfterSeconds, run.signal))) return;
  throw run.mayBeDone ? outcomeUnknown(run, error) : error;
}

async function waitAfterFailure(run: Run<unknown>, failure: Failure): Promise<void> {
  const { call, context, deadline, signal } = run;
  const isRead = call.method === "GET";
  run.failures += 1;
  run.mayBeDone ||= failure.sent && !isRead;
  const mayRepeat = isRead || call.repeatable === true || !failure.sent;
  if (mayRepeat && !failure.lasting && run.failures < MAX_TRIES) {
    const seconds = Math.min(MAX_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (run.failures - 1));
    const wait = Math.max(seconds * (0.5 + context.random() / 2), failure.waitSeconds ?? 0);
    if (await deadline.sleep(wait, signal)) return;
  }
  throw noAnswerError(call, {
    what: failure.what,
    tries: run.failures,
    elapsedSeconds: deadline.elapsedSeconds(),
    mayBeDone: run.mayBeDone,
    status: failure.status,
    retryAfterSeconds: failure.waitSeconds,
  });
}

function heldBack(run: Run<unknown>, { waitSeconds }: LimitDeadlineError): ApiError {
  const error = rateLimitedError(run.call, { waitSeconds, deadlineSeconds: run.deadline.seconds });
  return run.mayBeDone ? outcomeUnknown(run, error) : error;
}

/** A write whose first try was lost, and whose next ones were not let through. */
function outcomeUnknown(run: Run<unknown>, { message, retryAfterSeconds }: ApiError): ApiError {
  return noAnswerError(run.call, {
    what: `an answer was lost, then: ${message}`,
    tries: run.failures + 1,
    elapsedSeconds: run.deadline.elapsedSeconds(),
    mayBeDone: true,
    retryAfterSeconds,
  });
}
