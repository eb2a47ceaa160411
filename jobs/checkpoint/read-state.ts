import pg from "pg";
import { redact } from "../../plan/redact.ts";
import type { Checks } from "../../plan/schema/checks.ts";
import { connect } from "../../postgres/connect.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseTableName, type QualifiedName } from "../../postgres/parse-table-name.ts";
import { type CheckResult, runChecks } from "../../postgres/run-checks.ts";
import { closeClient, openSnapshot } from "../../postgres/snapshot.ts";
import { newestMigration } from "../backup/newest-migration.ts";

/** One table of the plan, as it is in production. */
export interface TableState {
  /** As the plan names it. */
  readonly table: string;
  /** Whether it must hold rows. */
  readonly critical: boolean;
  /** Those of its partitions and children too; absent when they could not be counted. */
  readonly rows?: number;
  /** Why they could not. */
  readonly problem?: string;
  /** The tables that hold its rows: itself, or its partitions and children. */
  readonly holders: readonly QualifiedName[];
}

/** What production holds before a deployment. */
export interface DatabaseState {
  /** The server's clock at the snapshot that all counts are read in, UTC. */
  readonly takenAt: Date;
  readonly tables: readonly TableState[];
  /** Enums and smoke queries of the plan. */
  readonly checks: readonly CheckResult[];
  /** The newest migration that is applied; absent without Supabase's history of them. */
  readonly migration?: string;
  /** Whose tools dump it, e.g. 17. */
  readonly serverMajor: number;
}

/** Partitions and children, at any depth; what has no rows of its own is left out. */
const HOLDERS = `
  WITH RECURSIVE tree AS (
    SELECT $1::pg_catalog.oid AS oid
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
  SELECT n.nspname AS schema, c.relname AS name
    FROM tree JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind <> 'p' ORDER BY 1, 2`;

/**
 * Counts the plan's tables in one snapshot, and runs the plan's checks on the database as it is now.
 * @throws HoldfastError those of the database
 */
export async function readState(
  address: DatabaseAddress,
  checks: Checks,
  signal?: AbortSignal,
): Promise<DatabaseState> {
  const critical = new Set(checks.criticalTables);
  const snapshot = await openSnapshot(address, { applicationName: "holdfast checkpoint" });
  try {
    const { client, takenAt } = snapshot;
    const tables: TableState[] = [];
    for (const table of new Set([...checks.criticalTables, ...checks.expectedTables])) {
      signal?.throwIfAborted();
      tables.push({ table, critical: critical.has(table), ...(await countTable(client, table)) });
    }
    const migration = await newestMigration(client);
    const serverMajor = await readServerMajor(client);
    const results = await runOtherChecks(address, checks, takenAt);
    return { takenAt, tables, checks: results, serverMajor, ...(migration !== undefined && { migration }) };
  } finally {
    await snapshot.close();
  }
}

type Counted = Pick<TableState, "rows" | "problem" | "holders">;

/** A table that cannot be counted is a finding; the snapshot goes on for the others. */
async function countTable(client: pg.Client, table: string): Promise<Counted> {
  const { schema, name } = parseTableName(table);
  const found = await client.query<{ oid: number; relkind: string }>(
    "SELECT c.oid, c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
    [schema, name],
  );
  const [relation] = found.rows;
  if (relation === undefined) return { problem: "it does not exist", holders: [] };
  if (!["r", "p", "f"].includes(relation.relkind)) return { problem: "it is no table", holders: [] };
  const { rows: holders } = await client.query<QualifiedName>(HOLDERS, [relation.oid]);
  await client.query("SAVEPOINT count_rows");
  try {
    const counted = await client.query<{ rows: string }>(
      `SELECT pg_catalog.count(*) AS rows FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`,
    );
    return { rows: Number(counted.rows[0]?.rows), holders };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT count_rows");
    return { problem: redact(`the server refused to count it: ${error.message}`), holders };
  }
}

async function readServerMajor(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ number: string }>(
    "SELECT pg_catalog.current_setting('server_version_num') AS number",
  );
  return Math.floor(Number(rows[0]?.number) / 10_000);
}

/** Each runs in a transaction of its own, so in a session of their own; the tables are judged by their counts. */
async function runOtherChecks(
  address: DatabaseAddress,
  checks: Checks,
  pointTakenAt: Date,
): Promise<CheckResult[]> {
  if (checks.expectedEnums.length + checks.smoke.length === 0) return [];
  const client = await connect(address, { applicationName: "holdfast checks" });
  try {
    return await runChecks(client, { ...checks, criticalTables: [], expectedTables: [] }, { pointTakenAt });
  } finally {
    await closeClient(client);
  }
}
