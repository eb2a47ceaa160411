import type { RequestOptions } from "../../supabase/management-api.ts";
import type { PitrContext } from "./pitr-context.ts";

/** One read must not use up the time of a recovery that has others to make. */
const MOST_SECONDS = 60;

/** How long a single read of a recovery may try. */
export function readOptions({ deadline, signal }: Pick<PitrContext, "deadline" | "signal">): RequestOptions {
  return {
    deadlineSeconds: Math.max(1, Math.min(MOST_SECONDS, deadline.remainingSeconds())),
    ...(signal && { signal }),
  };
}
