import type { Clock } from "../plan/clock.ts";
import { checkEndpoint } from "./check-endpoint.ts";
import { checkToken } from "./check-token.ts";
import type { ManagementApi } from "./management-api.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { type CallContext, runCall } from "./run-call.ts";
import { sleep as realSleep, type Sleep } from "./sleep.ts";
import { createSlots } from "./slots.ts";

export interface ManagementApiSettings {
  /**
   * A personal access token, whole or fine-grained. It goes to the endpoint and nowhere else: not into errors, not into
   * the returned object.
   * @see https://supabase.com/docs/reference/api/introduction#authentication
   */
  readonly token: string;
  /** TLS only, but for this machine itself. @default "https://api.supabase.com" */
  readonly endpoint?: string;
  /** Must move while `sleep` sleeps: limits and deadlines are measured by it. */
  readonly clock: Clock;
  /** @default real time */
  readonly sleep?: Sleep;
  /** 0 to 1, for the jitter of waits. @default Math.random */
  readonly random?: () => number;
  /** For one exchange, to the last byte. @default 30 */
  readonly requestTimeoutSeconds?: number;
  /**
   * Requests a minute for each endpoint and project, 1 to 120. Less leaves room for others with the same account.
   * @default 120
   * @see https://supabase.com/docs/reference/api/introduction#rate-limits
   */
  readonly limitPerMinute?: number;
  /** Requests on their way at once, 1 or more. @default 32 */
  readonly concurrency?: number;
  /** @default "holdfast" */
  readonly userAgent?: string;
}

/**
 * Opens the door to Supabase's Management API. Reads are tried again when they get no usable answer; writes only when
 * that is safe: see `ApiCall.repeatable`. Limits hold for all calls of one door, so open one for each token.
 * @throws HoldfastError SUPABASE_ENDPOINT_INVALID, SUPABASE_TOKEN_INVALID (exit 2)
 */
export function openManagementApi(settings: ManagementApiSettings): ManagementApi {
  const { clock, sleep = realSleep, random = Math.random, requestTimeoutSeconds = 30 } = settings;
  const { limitPerMinute = 120, concurrency = 32, userAgent = "holdfast" } = settings;
  const endpoint = checkEndpoint(settings.endpoint ?? "https://api.supabase.com");
  const context: CallContext = {
    request: { endpoint, token: checkToken(settings.token), userAgent },
    clock,
    sleep,
    random,
    limiter: new RateLimiter({ clock, sleep }),
    slots: createSlots(concurrency),
    limitPerMinute,
    requestTimeoutSeconds,
  };
  return {
    endpoint,
    request: (call, options = {}) => runCall(call, options, context),
  };
}
