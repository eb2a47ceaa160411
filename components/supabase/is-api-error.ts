import { ApiError, type ApiErrorCode } from "../../supabase/api-error.ts";

/** Whether an error is one of the API, of one of these kinds. */
export function isApiError(error: unknown, ...codes: readonly ApiErrorCode[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}
