import { copyInSql } from "../../postgres/copy-sql.ts";
import type { Manifest } from "../../vault/manifest.ts";

/**
 * psql commands that load every data chunk of a point, for a restore by public tools alone: run them with the
 * point's decrypted files (`<chunk>.plain`) in the current folder.
 *
 * @see https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS-COPY
 */
export function loadStatements(data: Pick<Manifest, "tables" | "chunks">, encoding: string): string {
  const lines = data.chunks.flatMap((chunk) => {
    const table = chunk.table === undefined ? undefined : data.tables[chunk.table];
    if (table === undefined) return [];
    return [
      `\\${copyInSql({ ...table, ...table.loadVia })
        .replace(/^COPY/, "copy")
        .replace(/STDIN$/, `'${chunk.path}.plain'`)}`,
    ];
  });
  return `${[
    "SET session_replication_role = replica;",
    `SET client_encoding = '${encoding}';`,
    ...lines,
    "RESET session_replication_role;",
  ].join("\n")}\n`;
}
