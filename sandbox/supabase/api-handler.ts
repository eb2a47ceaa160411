import type { IncomingMessage } from "node:http";
import { redact } from "../../plan/redact.ts";
import { type Answer, Refusal } from "./answer.ts";
import { applyFault, type Outcome } from "./apply-fault.ts";
import { checkToken } from "./check-token.ts";
import type { Endpoint, RawRequest } from "./endpoint.ts";
import type { Platform } from "./platform.ts";
import { type LimitState, RateLimits } from "./rate-limits.ts";
import { readBody } from "./read-body.ts";
import { createRouter } from "./router.ts";
import { throttled } from "./throttled.ts";

const MINUTE_SECONDS = 60;

export interface Handled {
  readonly outcome: Outcome;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ApiHandlerOptions {
  readonly platform: Platform;
  readonly endpoints: readonly Endpoint[];
  /** @default no limit */
  readonly limitPerMinute?: number;
  /** Whether fault switches concern these endpoints. @default true */
  readonly faulty?: boolean;
}

const limitHeaders = ({ limit, remaining, resetSeconds }: LimitState): Record<string, string> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(resetSeconds),
});

/** A refusal is an answer; anything else is a mistake of the simulator and says so in its log. */
function answerOf(error: unknown): Answer {
  if (error instanceof Refusal) return error.answer;
  process.stderr.write(
    `${redact(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  return { status: 500, body: { message: "Internal Server Error" } };
}

const answered = (work: () => Promise<Answer>): Promise<Answer> => work().catch(answerOf);

/** Answers requests of the Management API: path, token, limit, faults, then the endpoint itself. */
export function createApiHandler(
  options: ApiHandlerOptions,
): (request: IncomingMessage, url: URL) => Promise<Handled> {
  const { platform, endpoints, limitPerMinute = Number.MAX_SAFE_INTEGER, faulty = true } = options;
  const route = createRouter(endpoints);
  const limits = new RateLimits(limitPerMinute);
  const { token, userId } = platform.store.platform;

  const count = (endpoint: Endpoint, request: RawRequest): LimitState => {
    const { ref, slug, branch_id_or_ref: branch } = request.parameters;
    const subject = endpoint.limitSubject?.(request) ?? ref ?? slug ?? branch ?? userId;
    const window = endpoint.limitWindowSeconds ?? MINUTE_SECONDS;
    return limits.count(`${endpoint.method} ${endpoint.path} ${subject}`, platform.clock(), window);
  };

  const answer = async (endpoint: Endpoint, request: RawRequest, limit: LimitState): Promise<Outcome> => {
    if (limit.exceeded) return throttled(limit.resetSeconds);
    const work = (): Promise<Answer> => answered(() => endpoint.handle(platform, request));
    const fault = faulty && platform.faults.takeForRequest(endpoint, request.parameters.ref);
    return fault ? applyFault(fault, work) : work();
  };

  return async (incoming, url) => {
    let headers: Record<string, string> = { "x-gotrue-id": userId };
    const outcome = await (async (): Promise<Outcome> => {
      const body = await readBody(incoming);
      const found = route(incoming.method ?? "", url.pathname);
      if (!found) throw new Refusal(404, `Cannot ${incoming.method} ${url.pathname}`);
      checkToken(incoming.headers.authorization, token);
      const { endpoint, parameters } = found;
      const request = { parameters, query: url.searchParams, headers: incoming.headers, body };
      const limit = count(endpoint, request);
      headers = { ...headers, ...limitHeaders(limit) };
      return answer(endpoint, request, limit);
    })().catch(answerOf);
    return { outcome, headers };
  };
}
