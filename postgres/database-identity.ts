import type pg from "pg";
import { databaseError } from "./database-error.ts";

/** Which database this is, however it was reached: two URLs are the same database when all but `name` agree. */
export interface DatabaseIdentity {
  /** Number that initdb gave the cluster, in decimal; copied by physical replicas and clones. Empty if unreadable. */
  readonly systemIdentifier: string;
  readonly databaseOid: number;
  readonly name: string;
  /** Start of the server and its port or socket: tells a physical clone from its source while both run. */
  readonly serverStartedAt: string;
}

/**
 * Reads the identity of the database that a session is connected to.
 * @throws HoldfastError `DATABASE_*`, exit 1.
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-CONTROLDATA
 */
export async function databaseIdentity(client: pg.Client): Promise<DatabaseIdentity> {
  try {
    const allowed = await client.query<{ allowed: boolean }>(
      "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS allowed",
    );
    const identifier = allowed.rows[0]?.allowed
      ? "(SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system())"
      : "''";
    const result = await client.query<{ system: string; oid: string; name: string; started: string }>(
      `SELECT ${identifier} AS system, d.oid::pg_catalog.text AS oid, d.datname::pg_catalog.text AS name,
              pg_catalog.pg_postmaster_start_time()::pg_catalog.text AS started
         FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`,
    );
    const row = result.rows[0];
    if (row === undefined) throw new Error("pg_database has no row for the current database");
    return {
      systemIdentifier: row.system,
      databaseOid: Number(row.oid),
      name: row.name,
      serverStartedAt: row.started,
    };
  } catch (error) {
    throw databaseError(error, "Reading the identity of the database");
  }
}
