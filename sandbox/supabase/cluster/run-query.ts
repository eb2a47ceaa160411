import pg from "pg";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { QueryRefused } from "../query-refused.ts";

export interface RunQueryOptions {
  /** Values of `$1`, `$2`, …; with them only one statement is possible. */
  readonly parameters?: readonly unknown[];
  readonly readOnly?: boolean;
}

const { INT8, DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
const asWritten = (text: string): string => text;

function safeNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** What is JSON already stays; times are as PostgreSQL writes them, large integers are text, as the service answers. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [INT8, safeNumber],
  ...[DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ].map((type) => [type, asWritten] as const),
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: (type, format) => PARSERS.get(type) ?? pg.types.getTypeParser(type, format),
};

function refusalOf(error: unknown): Error {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const { message, code: sqlState, detail, hint, position } = error;
    return new QueryRefused(message, {
      sqlState,
      detail,
      hint,
      position: position === undefined ? undefined : Number(position),
    });
  }
  return new HoldfastError({
    code: "CLUSTER_UNREACHABLE",
    message: `The database does not answer: ${error instanceof Error ? error.message : String(error)}`,
    hint: "Start the cluster, or wait until its rewind is over",
    cause: error,
  });
}

async function runOn(client: pg.Client, sql: string, options: RunQueryOptions): Promise<unknown[]> {
  // Both: a statement of the caller may end the transaction, and the next one would be free to write.
  if (options.readOnly) await client.query("SET default_transaction_read_only = on");
  if (options.readOnly) await client.query("BEGIN READ ONLY");
  const values = options.parameters;
  // Several statements come back as a list, whatever the type says.
  const answer: pg.QueryResult | pg.QueryResult[] = await client.query(
    values && values.length > 0 ? { text: sql, values: [...values], types } : { text: sql, types },
  );
  return (Array.isArray(answer) ? answer.at(-1)?.rows : answer.rows) ?? [];
}

/**
 * Runs SQL on a connection of its own and returns the rows of its last statement as JSON values.
 * @throws QueryRefused when PostgreSQL says no, HoldfastError `CLUSTER_UNREACHABLE` when it does not answer
 */
export async function runQuery(url: string, sql: string, options: RunQueryOptions = {}): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, application_name: "holdfast-sandbox-query" });
  // A server that is stopped under us ends the connection with an event that would end the process otherwise.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await runOn(client, sql, options);
  } catch (error) {
    throw refusalOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
