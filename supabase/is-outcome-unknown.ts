import { ApiError } from "./api-error.ts";

/**
 * Whether a write may have had its effect although its answer does not say so: the answer was lost, or it is not the
 * documented one. Only the state can tell then. A read that was answered otherwise than documented is another matter.
 */
export function isOutcomeUnknown(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.code === "SUPABASE_OUTCOME_UNKNOWN") return true;
  return error.code === "SUPABASE_REPLY_UNEXPECTED" && !error.endpoint.startsWith("GET ");
}
