import type pg from "pg";
import type { Catalog } from "./catalog.ts";
import { databaseError } from "./database-error.ts";
import type { PostgresTools } from "./find-tools.ts";
import { privilegeProblems } from "./preflight-privileges.ts";
import type { PreflightProblem } from "./preflight-problem.ts";
import { serverProblems } from "./preflight-server.ts";

export interface PreflightOptions {
  /** Client programs found; their version must reach the server's. */
  readonly tools?: PostgresTools;
  /** Sessions that will read at once. @default 2 */
  readonly workers?: number;
}

/**
 * Finds out before the night what would fail in it: missing privileges on each schema, table, sequence and large
 * object, row-level security that would hide rows, tools older than the server, exhausted connections or locks,
 * poolers that change sessions, prepared transactions, and the limits of replicas.
 * @param client A session of the role that will read, from `connect`.
 * @throws HoldfastError `DATABASE_*`.
 */
export async function preflightSource(
  client: pg.Client,
  catalog: Catalog,
  options: PreflightOptions = {},
): Promise<PreflightProblem[]> {
  try {
    return [
      ...(await privilegeProblems(client, catalog)),
      ...(await serverProblems(client, catalog, options.workers ?? 2)),
      ...(await toolProblems(client, options.tools)),
    ];
  } catch (error) {
    throw databaseError(error, "The preflight of the source");
  }
}

async function toolProblems(
  client: pg.Client,
  tools: PostgresTools | undefined,
): Promise<PreflightProblem[]> {
  if (tools === undefined) return [];
  const result = await client.query<{ version: string }>(
    "SELECT pg_catalog.current_setting('server_version_num') AS version",
  );
  const major = Math.floor(Number(result.rows[0]?.version) / 10_000);
  if (tools.major >= major) return [];
  return [
    {
      what: `pg_dump ${tools.version} in ${tools.binDirectory}`,
      why: `the server is PostgreSQL ${major}, and pg_dump refuses servers newer than itself`,
      fix: `Install postgresql-client-${major}, or set HOLDFAST_PG_BIN to the folder of a newer pg_dump.`,
      blocking: true,
    },
  ];
}
