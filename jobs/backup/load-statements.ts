import { copyInSql } from "../../postgres/copy-sql.ts";
import type { Manifest } from "../../vault/manifest.ts";

/**
 * A shell script that writes SQL for psql which loads every data chunk of a point in one transaction, for a restore
 * by public tools alone: run it in the folder of the point's decrypted files. (psql's own `\copy` ends at the first
 * newline, and names may hold some.)
 */
export function loadStatements(data: Pick<Manifest, "tables" | "chunks">, encoding: string): string {
  const chunks = data.chunks.flatMap((chunk) => {
    const table = chunk.table === undefined ? undefined : data.tables[chunk.table];
    return table === undefined ? [] : [{ ...chunk, table }];
  });
  // Rows of the platform's own tables meet its triggers and keys, which must not fire a second time.
  const isManaged = chunks.some(({ table }) => table.managed && table.condition === undefined);
  return `${[
    "set -e",
    say("BEGIN;"),
    say("SET client_encoding = 'UTF8';"),
    ...(isManaged ? [say("SET LOCAL session_replication_role = replica;")] : []),
    ...chunks.flatMap(({ path, table }) => [
      say(`${copyInSql({ ...table, ...table.loadVia }, { encoding })};`),
      `cat ${quote(path)}`,
      say("\\."),
    ]),
    say("COMMIT;"),
  ].join("\n")}\n`;
}

const say = (line: string): string => `printf '%s\\n' ${quote(line)}`;

/** One word for a shell, whatever it holds. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
