import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

export interface SqlParameters {
  /** The moment that sample data pretends to be taken at. */
  readonly base: Date;
  /** Multiplies the row counts. */
  readonly scale: number;
}

/**
 * Runs a file of this folder as one transaction. `:base` and `:scale` in it become literals: a file of many
 * statements cannot have bound parameters.
 */
export async function runSqlFile(client: pg.Client, name: string, parameters?: SqlParameters): Promise<void> {
  let sql = await readFile(join(import.meta.dirname, name), "utf8");
  if (parameters) {
    sql = sql
      .replaceAll(":base", `${pg.escapeLiteral(parameters.base.toISOString())}::timestamptz`)
      .replaceAll(":scale", String(Number(parameters.scale)));
  }
  await client.query(`BEGIN;\nSET LOCAL search_path TO public, extensions;\n${sql}\n;COMMIT`);
}
