import pg from "pg";
import { expectationProblems } from "../plan/check-expectation.ts";
import { redact } from "../plan/redact.ts";
import type { Checks, SmokeCheck } from "../plan/schema/checks.ts";
import { parseTableName } from "./parse-table-name.ts";

export interface CheckResult {
  /** e.g. `critical table public.orders`, `smoke orders-by-store`. */
  readonly name: string;
  readonly verdict: "PASS" | "FAIL";
  /** One sentence. */
  readonly detail: string;
}

export interface RunChecksOptions {
  /** When the data was read; `newerThan` counts back from it. */
  readonly pointTakenAt: Date;
  /** How long one check may run, 1 or more. @default 300 */
  readonly timeoutSeconds?: number;
}

/** The server shuts down or ended the session: no verdict on the data. */
const CONNECTION_ENDED = /^(?:57P0|08)/;

/** More rows than a person would judge; a check that wants more should count them in SQL. */
const MAXIMUM_ROWS = 10_000;

/** Text as the server writes it, so that no number loses digits and no date its zone; booleans as booleans. */
const AS_TEXT = {
  getTypeParser: (oid: number) => (value: string) => (oid === pg.types.builtins.BOOL ? value === "t" : value),
};

/**
 * Runs the plan's checks, each in a read-only transaction of its own, and says for each whether it holds. A check that
 * the server refuses fails; only a lost connection throws.
 * @param client A session outside any transaction.
 */
export async function runChecks(
  client: pg.Client,
  checks: Checks,
  options: RunChecksOptions,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const table of checks.expectedTables) {
    results.push(
      await runCheck(client, `expected table ${table}`, options, () => tableExists(client, table)),
    );
  }
  for (const name of checks.expectedEnums) {
    results.push(await runCheck(client, `expected enum ${name}`, options, () => enumExists(client, name)));
  }
  for (const table of checks.criticalTables) {
    results.push(
      await runCheck(client, `critical table ${table}`, options, () => tableHasRows(client, table)),
    );
  }
  for (const smoke of checks.smoke) {
    results.push(
      await runCheck(client, `smoke ${smoke.name}`, options, () =>
        smokeHolds(client, smoke, options.pointTakenAt),
      ),
    );
  }
  return results;
}

interface Outcome {
  readonly passed: boolean;
  readonly detail: string;
}

async function runCheck(
  client: pg.Client,
  name: string,
  { timeoutSeconds = 300 }: RunChecksOptions,
  check: () => Promise<Outcome>,
): Promise<CheckResult> {
  await client.query("BEGIN TRANSACTION READ ONLY");
  try {
    await client.query(`SET LOCAL statement_timeout = '${Math.ceil(timeoutSeconds)}s'`);
    const { passed, detail } = await check();
    return { name, verdict: passed ? "PASS" : "FAIL", detail };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || CONNECTION_ENDED.test(error.code ?? "")) throw error;
    return { name, verdict: "FAIL", detail: redact(`the server refused it: ${error.message}`) };
  } finally {
    // A lost connection is reported by the query that met it.
    await client.query("ROLLBACK").catch(() => undefined);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  r: "a table",
  p: "a partitioned table",
  f: "a foreign table",
  v: "a view",
  m: "a materialized view",
  S: "a sequence",
};

async function relationKind(client: pg.Client, table: string): Promise<string | undefined> {
  const { schema, name } = parseTableName(table);
  const { rows } = await client.query<{ relkind: string }>(
    "SELECT c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
    [schema, name],
  );
  return rows[0]?.relkind;
}

async function tableExists(client: pg.Client, table: string): Promise<Outcome> {
  const kind = await relationKind(client, table);
  if (kind === undefined) return { passed: false, detail: "it does not exist" };
  return {
    passed: ["r", "p", "f"].includes(kind),
    detail: `it is ${KINDS[kind] ?? "another kind of object"}`,
  };
}

async function enumExists(client: pg.Client, text: string): Promise<Outcome> {
  const { schema, name } = parseTableName(text);
  const { rows } = await client.query<{ typtype: string; labels: string }>(
    `SELECT t.typtype, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) AS labels
       FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typname = $2`,
    [schema, name],
  );
  const [type] = rows;
  if (type === undefined) return { passed: false, detail: "it does not exist" };
  if (type.typtype !== "e") return { passed: false, detail: "it is a type, but no enum" };
  return { passed: true, detail: `it has ${type.labels} values` };
}

async function tableHasRows(client: pg.Client, table: string): Promise<Outcome> {
  const exists = await tableExists(client, table);
  if (!exists.passed) return exists;
  const { schema, name } = parseTableName(table);
  const { rows } = await client.query<{ some: boolean }>(
    `SELECT EXISTS (SELECT FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}) AS some`,
  );
  return rows[0]?.some ? { passed: true, detail: "it has rows" } : { passed: false, detail: "it is empty" };
}

async function smokeHolds(client: pg.Client, smoke: SmokeCheck, pointTakenAt: Date): Promise<Outcome> {
  // Our sessions search no schema; the plan's queries are written as the application would write them.
  await client.query("SET LOCAL search_path TO DEFAULT");
  const rows = await boundedRows(client, smoke.sql);
  if (rows === undefined)
    return { passed: false, detail: `it returns more than ${MAXIMUM_ROWS} rows: count them in SQL instead` };
  const problems = smoke.expect === undefined ? [] : expectationProblems(smoke.expect, rows, pointTakenAt);
  const count = rows.length === 1 ? "1 row" : `${rows.length} rows`;
  return problems.length === 0
    ? { passed: true, detail: `${count} as expected` }
    : { passed: false, detail: problems.slice(0, 5).join("; ") };
}

/** The result's rows; undefined when there are too many. */
async function boundedRows(client: pg.Client, sql: string): Promise<Record<string, unknown>[] | undefined> {
  const rows: Record<string, unknown>[] = [];
  let tooMany = false;
  // The extended protocol takes exactly one statement, so that nothing can end the read-only transaction from inside.
  const config = { text: sql, types: AS_TEXT, queryMode: "extended" };
  const query = new pg.Query<Record<string, unknown>>(config);
  await new Promise<void>((resolve, reject) => {
    query.on("row", (row) => {
      if (rows.length < MAXIMUM_ROWS) rows.push(row);
      else tooMany = true;
    });
    query.on("error", reject);
    query.on("end", () => resolve());
    client.query(query);
  });
  return tooMany ? undefined : rows;
}
