import { HoldfastError } from "../plan/holdfast-error.ts";

/** The error of a URL that breaks a rule. Neither problem nor fix may quote user info. */
export function invalidDatabaseUrl(problem: string, fix: string): HoldfastError {
  return new HoldfastError({
    code: "DATABASE_URL_INVALID",
    message: `The database URL cannot be used: ${problem}.`,
    hint: fix,
    exitCode: 2,
  });
}
