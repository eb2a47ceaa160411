import type { Answer } from "./answer.ts";

/** The refusal of the rate limit. */
export const throttled = (retryAfterSeconds: number): Answer => ({
  status: 429,
  body: { message: "ThrottlerException: Too Many Requests" },
  headers: { "retry-after": String(retryAfterSeconds) },
});
