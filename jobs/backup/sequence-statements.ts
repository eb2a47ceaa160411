import pg from "pg";
import { qualifiedName } from "../../postgres/copy-sql.ts";
import type { Manifest } from "../../vault/manifest.ts";

/** SQL that sets every sequence to where it stood, for psql and for our own restore alike. */
export function sequenceStatements(sequences: readonly Manifest["sequences"][number][]): string {
  return sequences
    .map(({ schema, name, lastValue, isCalled }) => {
      const target = pg.escapeLiteral(qualifiedName({ schema, name }));
      return `SELECT pg_catalog.setval(${target}, ${BigInt(lastValue)}, ${isCalled});\n`;
    })
    .join("");
}
