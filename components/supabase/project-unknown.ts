import { HoldfastError } from "../../plan/holdfast-error.ts";

/** The error for a ref that no project is found by. */
export function projectUnknown(ref: string): HoldfastError {
  return new HoldfastError({
    code: "PROJECT_UNKNOWN",
    message: `There is no project ${ref}, or the access token may not see it`,
    hint: "Take the ref from the project's URL (https://supabase.com/dashboard/project/<ref>), and a token of a member of its organization.",
    exitCode: 2,
  });
}
