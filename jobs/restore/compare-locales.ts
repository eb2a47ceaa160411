import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { NotRestored } from "./not-restored.ts";

interface Locale {
  name: string;
  encoding: string;
  collate: string;
  ctype: string;
}

/**
 * What the target database was created with and cannot be given any more: another encoding is converted where that
 * loses nothing, another order of texts is only told.
 *
 * @throws HoldfastError TARGET_ENCODING_DIFFERS when the target could not hold every text of the source
 */
export async function compareLocales(
  client: pg.Client,
  source: Manifest["source"],
): Promise<readonly NotRestored[]> {
  const reply = await client.query<Locale>(
    `SELECT datname::pg_catalog.text AS name, pg_catalog.pg_encoding_to_char(encoding)::pg_catalog.text AS encoding,
            datcollate::pg_catalog.text AS collate, datctype::pg_catalog.text AS ctype
       FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  const [target] = reply.rows;
  if (target === undefined) throw new Error("pg_database has no row for the current database");
  const create = `CREATE DATABASE … TEMPLATE template0 ENCODING '${source.encoding}' LC_COLLATE '${source.collate}' LC_CTYPE '${source.ctype}'`;
  const isConverted = target.encoding === "UTF8" && source.encoding !== "SQL_ASCII";
  if (target.encoding !== source.encoding && !isConverted) {
    throw new HoldfastError({
      code: "TARGET_ENCODING_DIFFERS",
      message: `Database ${target.name} has the encoding ${target.encoding}, the source had ${source.encoding}; not every text of it could be kept.`,
      hint: `Restore into a database made by ${create}.`,
    });
  }
  const notes: NotRestored[] = [];
  if (target.encoding !== source.encoding)
    notes.push({
      what: `encoding ${source.encoding}`,
      why: `the target has ${target.encoding}: texts are converted`,
    });
  if (target.collate !== source.collate || target.ctype !== source.ctype)
    notes.push({
      what: `locale ${source.collate}, ${source.ctype}`,
      why: `the target sorts and folds texts by ${target.collate}, ${target.ctype}; for the same order make it by ${create}`,
    });
  return notes;
}
