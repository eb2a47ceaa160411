import pg from "pg";
import type { StorageContext } from "./storage-context.ts";
import { refusals } from "./storage-refusal.ts";

/** Never changes; its name is that of the prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs one statement.
 * @throws StorageRefusal DatabaseTimeout when the database is away, as during a restore; pg.DatabaseError otherwise
 */
export async function runStatement<Row extends pg.QueryResultRow>(
  context: StorageContext,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const database = await context.database();
    const { rows } = await database.query<Row>({ ...statement, values: [...values] });
    return rows;
  } catch (error) {
    // Classes 57P and 08: the server goes down, comes up, or the connection broke.
    if (error instanceof pg.DatabaseError && !/^(57P|08)/.test(error.code ?? "")) throw error;
    throw refusals.databaseUnavailable();
  }
}
