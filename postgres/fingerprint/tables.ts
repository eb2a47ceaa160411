import { type FingerprintQuery, hashedOptions, notFromExtension, qualified, sortedOptions } from "./query.ts";

const NAME = qualified("n.nspname", "c.relname");

const COLUMN_NAMES = `(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`;

/** Columns of an heir may come back in another order when it was attached to its parent later; data goes by name. */
const HAS_PARENT = `EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid) AND NOT c.relispartition`;

const PARENTS = `(SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) FROM pg_inherits h WHERE h.inhrelid = c.oid)`;

const DEFINITION = `concat_ws('; ',
    CASE WHEN NOT (${HAS_PARENT}) THEN 'columns (' || coalesce(${COLUMN_NAMES}, '') || ')' END,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END,
    CASE c.relkind WHEN 'p' THEN 'partitioned by ' || pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relispartition THEN 'partition of ' || ${PARENTS} || ' ' || pg_get_expr(c.relpartbound, c.oid)
         ELSE 'inherits ' || ${PARENTS} END,
    CASE WHEN c.reloftype <> 0 THEN 'of ' || format_type(c.reloftype, NULL) END,
    CASE WHEN am.amname <> 'heap' THEN 'using ' || quote_ident(am.amname) END,
    'with ' || ${sortedOptions("c.reloptions")},
    'toast with ' || ${sortedOptions("toast.reloptions")},
    CASE WHEN c.relkind = 'f' THEN 'server ' || quote_ident(fs.srvname) || coalesce(' options ' || ${hashedOptions("ft.ftoptions")}, '') END,
    (SELECT 'clustered on ' || quote_ident(ic.relname) FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND i.indisclustered))`;

const REPLICA_IDENTITY = `CASE c.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL'
    ELSE 'USING INDEX ' || (SELECT quote_ident(ic.relname) FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
                             WHERE i.indrelid = c.oid AND i.indisreplident) END`;

/** Kinds `table` (also partitioned and foreign), `row security`, `replica identity`; the latter two where not default. */
export const tables: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    WITH c AS (SELECT * FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f') AND ${inUserSchema("c.relnamespace")}
                  AND c.relpersistence <> 't' AND ${notFromExtension("pg_class", "c.oid")})
    SELECT 'table' AS kind, ${NAME} AS name, ${DEFINITION} AS definition, NULL::text[] AS roles
      FROM c JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
      LEFT JOIN pg_am am ON am.oid = c.relam
      LEFT JOIN pg_foreign_table ft ON ft.ftrelid = c.oid
      LEFT JOIN pg_foreign_server fs ON fs.oid = ft.ftserver
    UNION ALL
    SELECT 'row security', ${NAME}, concat_ws(', ', CASE WHEN c.relrowsecurity THEN 'enabled' END,
           CASE WHEN c.relforcerowsecurity THEN 'forced' END), NULL
      FROM c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relrowsecurity OR c.relforcerowsecurity
    UNION ALL
    SELECT 'replica identity', ${NAME}, ${REPLICA_IDENTITY}, NULL
      FROM c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relreplident IN ('n', 'f', 'i') AND c.relkind <> 'f'`,
};
