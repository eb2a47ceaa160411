import pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { databaseError } from "../postgres/database-error.ts";

/**
 * What a job failed with, for its caller and its evidence: of an interrupted job the interruption, of a database that
 * answered with an error or went away the typed error. Everything else stays as it is.
 *
 * @param doing as a noun phrase that fits before "failed"
 */
export function typedError(error: unknown, doing: string, signal?: AbortSignal): unknown {
  if (signal?.aborted && signal.reason instanceof HoldfastError) return signal.reason;
  const typed = databaseError(error, doing);
  const isOfDatabase = error instanceof pg.DatabaseError || typed.code === "DATABASE_CONNECTION_LOST";
  return isOfDatabase ? typed : error;
}
