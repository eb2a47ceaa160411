import type { LimitNews } from "./request-window.ts";
import type { AnswerHeaders } from "./send-request.ts";

/** Nothing that a header says makes anybody wait for longer. */
const MAX_SECONDS = 3_600;

/** Reads what an answer's headers say about the rate limit; what is not understood is left out. */
export function readLimitHeaders(headers: AnswerHeaders): LimitNews {
  return {
    remaining: count(headers.get("x-ratelimit-remaining")),
    resetSeconds: count(headers.get("x-ratelimit-reset")),
  };
}

/**
 * Reads `Retry-After`, in seconds or as a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(headers: AnswerHeaders, now: Date): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return count(text);
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return Math.min(MAX_SECONDS, Math.max(0, (at - now.getTime()) / 1_000));
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text.trim()) ? Math.min(MAX_SECONDS, Number(text)) : undefined;
}
