import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";

/** How a command is told the database to restore into; the URL itself holds a password and never stands in argv. */
export const TARGET_OPTIONS = {
  "target-env": {
    type: "string",
    placeholder: "NAME",
    description: "environment variable that holds the target's URL",
  },
  "target-file": { type: "string", placeholder: "FILE", description: "file that holds the target's URL" },
} as const;

/** @throws HoldfastError USAGE, SECRET_MISSING, DATABASE_URL_INVALID (exit 2) */
export async function readTarget(options: {
  readonly "target-env"?: string | undefined;
  readonly "target-file"?: string | undefined;
}): Promise<DatabaseAddress | undefined> {
  const env = options["target-env"];
  const file = options["target-file"];
  if (env !== undefined && file !== undefined) {
    throw new HoldfastError({
      code: "USAGE",
      message: "Both an environment variable and a file are named for the target",
      hint: "Give --target-env or --target-file, not both.",
      exitCode: 2,
    });
  }
  if (env !== undefined) return parseDatabaseUrl(await resolveSecret({ env }, "the target's URL"));
  if (file !== undefined) return parseDatabaseUrl(await resolveSecret({ file }, "the target's URL"));
  return undefined;
}
