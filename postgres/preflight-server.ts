import pg from "pg";
import type { Catalog } from "./catalog.ts";
import { qualifiedName } from "./copy-sql.ts";
import type { PreflightProblem } from "./preflight-problem.ts";

interface ServerState {
  pid: number;
  row_security: string;
  statement_timeout: string;
  in_recovery: boolean;
  feedback: string;
  standby_delay: string;
  role_limit: number;
  role_sessions: number;
  max_connections: number;
  reserved: number;
  sessions: number;
  locks: number;
  superuser: boolean;
  subscriptions: number;
}

const STATE_SQL = `
SELECT pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.current_setting('row_security') AS row_security,
       pg_catalog.current_setting('statement_timeout') AS statement_timeout,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       pg_catalog.current_setting('hot_standby_feedback') AS feedback,
       pg_catalog.current_setting('max_standby_streaming_delay') AS standby_delay,
       r.rolconnlimit AS role_limit, r.rolsuper AS superuser,
       (SELECT pg_catalog.count(*)::pg_catalog.int4 FROM pg_catalog.pg_stat_activity WHERE usename = current_user) AS role_sessions,
       pg_catalog.current_setting('max_connections')::pg_catalog.int4 AS max_connections,
       pg_catalog.current_setting('superuser_reserved_connections')::pg_catalog.int4
         + COALESCE(pg_catalog.current_setting('reserved_connections', true)::pg_catalog.int4, 0) AS reserved,
       (SELECT pg_catalog.count(*)::pg_catalog.int4 FROM pg_catalog.pg_stat_activity
         WHERE backend_type = 'client backend' OR backend_type IS NULL) AS sessions,
       pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int4
         * (pg_catalog.current_setting('max_connections')::pg_catalog.int4
            + pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int4) AS locks,
       (SELECT pg_catalog.count(*)::pg_catalog.int4 FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
         WHERE d.datname = pg_catalog.current_database()) AS subscriptions
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`;

function sessionProblems(state: ServerState, pid: number): PreflightProblem[] {
  if (state.pid === pid && state.row_security === "off" && state.statement_timeout === "0") return [];
  return [
    {
      what: "the connection",
      why: "it changes the server's session between statements (a transaction pooler), so a snapshot cannot be held",
      fix: "Use the session pooler (port 5432) or the direct connection in the connection secret.",
      blocking: true,
    },
  ];
}

function capacityProblems(state: ServerState, catalog: Catalog, workers: number): PreflightProblem[] {
  // The snapshot's session, the workers and pg_dump; this session ends before.
  const needed = workers + 2;
  const problems: PreflightProblem[] = [];
  if (state.role_limit >= 0 && state.role_sessions - 1 + needed > state.role_limit) {
    problems.push({
      what: "the role's connection limit",
      why: `${needed} sessions are needed, ${state.role_limit} allowed, ${state.role_sessions - 1} in use`,
      fix: `ALTER ROLE CURRENT_USER CONNECTION LIMIT ${state.role_sessions - 1 + needed};`,
      blocking: true,
    });
  }
  const free = state.max_connections - (state.superuser ? 0 : state.reserved) - (state.sessions - 1);
  if (free < needed) {
    problems.push({
      what: "max_connections",
      why: `${needed} sessions are needed, ${Math.max(0, free)} are free at the moment`,
      fix: "Lower job.workers in the plan, close idle sessions, or raise max_connections.",
      blocking: true,
    });
  }
  // pg_dump and the snapshot's session each hold a lock on every table; a table's locks also take room for others.
  const locks = catalog.tables.length * 2;
  if (locks > state.locks * 0.8) {
    problems.push({
      what: "max_locks_per_transaction",
      why: `${catalog.tables.length} tables are locked against changes at once, twice; there is room for ${state.locks} locks`,
      fix: `ALTER SYSTEM SET max_locks_per_transaction = ${Math.ceil((locks * 1.5) / Math.max(1, state.max_connections) / 64) * 64 + 64}; and restart the server`,
      blocking: true,
    });
  }
  return problems;
}

function replicaProblems(state: ServerState, catalog: Catalog): PreflightProblem[] {
  if (!state.in_recovery) return [];
  const problems: PreflightProblem[] = catalog.tables
    .filter((table) => table.unlogged)
    .map((table) => ({
      what: `unlogged table ${qualifiedName(table)}`,
      why: "a replica does not hold its rows",
      fix: `Back up from the primary, or ALTER TABLE ${qualifiedName(table)} SET LOGGED;`,
      blocking: true,
    }));
  if (state.feedback !== "on" && state.standby_delay !== "-1") {
    problems.push({
      what: "the replica",
      why: `it cancels a read after ${state.standby_delay} when replaying the primary's changes conflicts with it`,
      fix: "ALTER SYSTEM SET hot_standby_feedback = on; SELECT pg_reload_conf(); on the replica, or back up from the primary",
      blocking: false,
    });
  }
  return problems;
}

async function preparedProblems(client: pg.Client): Promise<PreflightProblem[]> {
  const result = await client.query<{ gid: string; prepared: string }>(
    `SELECT gid, prepared::pg_catalog.text AS prepared FROM pg_catalog.pg_prepared_xacts
      WHERE database = pg_catalog.current_database() ORDER BY prepared`,
  );
  return result.rows.map(({ gid, prepared }) => ({
    what: `prepared transaction ${pg.escapeLiteral(gid)}`,
    why: `open since ${prepared}: its changes are not in the point, and its locks can make the dump wait`,
    fix: `COMMIT PREPARED ${pg.escapeLiteral(gid)}; or ROLLBACK PREPARED ${pg.escapeLiteral(gid)};`,
    blocking: false,
  }));
}

async function lockProblems(client: pg.Client, catalog: Catalog): Promise<PreflightProblem[]> {
  const result = await client.query<{ schema: string; name: string; pid: number }>(
    `SELECT DISTINCT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name, l.pid
       FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.pid IS NOT NULL
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND c.oid = ANY ($1::pg_catalog.oid[])`,
    [catalog.tables.map((table) => table.oid)],
  );
  return result.rows.map(({ schema, name, pid }) => ({
    what: `table ${qualifiedName({ schema, name })}`,
    why: `session ${pid} holds it exclusively at the moment (a migration, VACUUM FULL, TRUNCATE)`,
    fix: `Wait for it, or SELECT pg_terminate_backend(${pid});`,
    blocking: false,
  }));
}

/** What of the server's state and settings stands in the way of a backup. */
export async function serverProblems(
  client: pg.Client,
  catalog: Catalog,
  workers: number,
): Promise<PreflightProblem[]> {
  const first = await client.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  const state = (await client.query<ServerState>(STATE_SQL)).rows[0];
  if (state === undefined) throw new Error("pg_roles has no row for the current user");
  const subscriptions: PreflightProblem[] =
    state.subscriptions > 0 && !state.superuser
      ? [
          {
            what: `${state.subscriptions} subscriptions`,
            why: "only a superuser may read their connection strings, so pg_dump leaves them out",
            fix: "Write them down elsewhere, or back up as a superuser.",
            blocking: false,
          },
        ]
      : [];
  return [
    ...sessionProblems(state, first.rows[0]?.pid ?? -1),
    ...capacityProblems(state, catalog, workers),
    ...replicaProblems(state, catalog),
    ...(await preparedProblems(client)),
    ...(await lockProblems(client, catalog)),
    ...subscriptions,
  ];
}
