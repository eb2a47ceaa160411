import pg from "pg";
import type { TierScope } from "../../plan/schema/tiers.ts";
import type { Catalog } from "../../postgres/catalog.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { databaseError } from "../../postgres/database-error.ts";
import { readCatalog } from "../../postgres/read-catalog.ts";
import { openSnapshot, type Snapshot } from "../../postgres/snapshot.ts";
import { schemaChanging } from "./schema-changing.ts";

/** One moment of the source, held still: a snapshot, what is in it, and locks that keep DDL out. */
export interface SourceView {
  readonly snapshot: Snapshot;
  readonly catalog: Catalog;
}

const TABLES_A_LOCK = 200;
const GONE = new Set(["42P01", "3F000"]);

/**
 * Opens a snapshot and locks every table in it against DDL, as pg_dump does, until the snapshot is closed.
 *
 * @throws HoldfastError SCHEMA_CHANGING when a table was dropped or rewritten (TRUNCATE, ALTER … TYPE) between
 * snapshot and lock: it would be read as empty or not at all; DATABASE_LOCKED when a lock is not had in time
 */
export async function openView(
  address: DatabaseAddress,
  scope: TierScope,
  options: {
    readonly supabase: boolean;
    readonly lockTimeoutSeconds: number;
    /** Called before anything is locked: what the role may not read is better told by a preflight. */
    readonly admit: (view: SourceView) => Promise<void>;
  },
): Promise<SourceView> {
  const snapshot = await openSnapshot(address, { lockTimeoutSeconds: options.lockTimeoutSeconds });
  try {
    const catalog = await readCatalog(snapshot.client, scope, options);
    await options.admit({ snapshot, catalog });
    if (await lockTables(snapshot.client, catalog)) return { snapshot, catalog };
    throw schemaChanging(`tables of ${address.database} were dropped or rewritten`);
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** False when a table is gone or was rewritten since the snapshot. */
async function lockTables(client: pg.Client, catalog: Catalog): Promise<boolean> {
  const oids = catalog.tables.map((table) => table.oid);
  try {
    for (let from = 0; from < catalog.tables.length; from += TABLES_A_LOCK) {
      const names = catalog.tables
        .slice(from, from + TABLES_A_LOCK)
        .map((table) => `ONLY ${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`);
      await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
    }
  } catch (error) {
    if (error instanceof pg.DatabaseError && GONE.has(error.code ?? "")) return false;
    throw databaseError(error, "Holding the tables still");
  }
  // pg_class is read as of the snapshot, pg_relation_filenode() as of now.
  const rewritten = await client.query(
    `SELECT 1 FROM pg_catalog.pg_class c
      WHERE c.oid = ANY ($1::pg_catalog.oid[])
        AND c.relfilenode IS DISTINCT FROM pg_catalog.pg_relation_filenode(c.oid) LIMIT 1`,
    [oids],
  );
  return rewritten.rows.length === 0;
}
