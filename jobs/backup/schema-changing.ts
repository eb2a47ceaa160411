import { HoldfastError } from "../../plan/holdfast-error.ts";

const CODE = "SCHEMA_CHANGING";

/** A migration got between a snapshot and what is read under it; a snapshot taken after it may succeed. */
export function schemaChanging(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: CODE,
    message: `The schema was changed while it was read, at each of several attempts: ${what}`,
    hint: "Run the backup again when the migration in progress has ended.",
    cause,
  });
}

/** A column or table that went between snapshot and lock shows at its first read. */
export function isSchemaChanging(error: unknown): boolean {
  return error instanceof HoldfastError && (error.code === CODE || error.code === "OBJECT_GONE");
}

/**
 * pg_dump reads definitions as they are now, not as of its snapshot, and takes locks of its own, which wait behind a
 * migration that itself waits for the snapshot's session: both show as errors of these words.
 */
const SIGNS =
  /canceling statement due to (?:lock|statement) timeout|cache lookup failed|could not open relation|could not find .* for|(?:relation|schema|type|function) .* does not exist/i;

/** The error of a schema dump, told apart when a migration is its cause. */
export function schemaDumpError(error: unknown): unknown {
  const isMigration =
    error instanceof HoldfastError && error.code === "SCHEMA_DUMP_FAILED" && SIGNS.test(error.message);
  return isMigration ? schemaChanging(error.message, error) : error;
}
