import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { RequestFault } from "./fault.ts";
import { throttled } from "./throttled.ts";

/** How a request ends: by an answer, by a connection that breaks, or not at all. */
export type Outcome = Answer | "reset" | "hang";

const HTML =
  "<!DOCTYPE html><html><head><title>api.supabase.com | 502: Bad gateway</title></head><body></body></html>";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON merge patch; arrays are patched member by member when the patch is an object. @see https://www.rfc-editor.org/rfc/rfc7396 */
function merge(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  if (Array.isArray(value)) return value.map((member) => merge(member, patch));
  const result: Record<string, unknown> = isObject(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = isObject(change) ? merge(result[key], change) : change;
  }
  return result;
}

/**
 * What becomes of a request under a fault.
 * @param work does what was asked and gives the true answer; not every fault lets it
 */
export async function applyFault(fault: RequestFault, work: () => Promise<Answer>): Promise<Outcome> {
  switch (fault.kind) {
    case "throttle":
      return throttled(fault.retryAfterSeconds ?? 60);
    case "html":
      return {
        status: fault.status ?? 502,
        body: HTML,
        headers: { "content-type": "text/html; charset=UTF-8" },
      };
    case "status":
      return { status: fault.status, body: fault.body };
    case "token-expired":
      return { status: 401, body: { message: "Unauthorized" } };
    case "empty":
      return { status: fault.status ?? 200 };
    case "hang":
      if (fault.seconds === undefined) return "hang";
      await sleep(fault.seconds * 1000);
      return "reset";
    case "reset":
      return "reset";
    case "lost-answer":
      await work();
      return "reset";
    case "slow":
      await sleep(fault.seconds * 1000);
      return work();
    case "wrong-schema": {
      const answer = await work();
      return { ...answer, body: merge(answer.body, fault.patch) };
    }
  }
}
