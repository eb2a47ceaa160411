import { type FingerprintQuery, notFromExtension, qualified, sortedOptions } from "./query.ts";

const COLUMN_STATISTICS = (
  index: string,
) => `(SELECT 'statistics of columns ' || string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = ${index} AND nullif(a.attstattarget, -1) IS NOT NULL)`;

const PARENT = (index: string) =>
  `(SELECT 'attached to ' || h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = ${index})`;

/** The server dumps no invalid index of a plain table (a `CREATE INDEX CONCURRENTLY` that failed). */
const DUMPED = "(i.indisvalid OR t.relkind = 'p') AND i.indisready";

/**
 * Kinds `index` (those that no constraint made) and `constraint` (of tables and domains, `NOT VALID` included).
 * NOT NULL is told by the column; keys that a partition has from its parent come with the parent's.
 */
export const indexesAndConstraints: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT 'index' AS kind, ${qualified("n.nspname", "c.relname")} AS name,
           concat_ws('; ', pg_get_indexdef(i.indexrelid), ${PARENT("i.indexrelid")}, ${COLUMN_STATISTICS("i.indexrelid")},
                     CASE WHEN NOT i.indisvalid THEN 'invalid' END) AS definition,
           NULL::text[] AS roles
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${DUMPED} AND t.relkind IN ('r', 'p', 'm') AND t.relpersistence <> 't'
       AND ${inUserSchema("t.relnamespace")} AND ${notFromExtension("pg_class", "t.oid")}
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'constraint', quote_ident(k.conname) || ' on ' || ${qualified("n.nspname", "t.relname")},
           concat_ws('; ', pg_get_constraintdef(k.oid), CASE WHEN k.contype IN ('p', 'u', 'x') THEN ${PARENT("k.conindid")} END,
                     'with ' || ${sortedOptions("x.reloptions")},
                     CASE WHEN k.contype IN ('p', 'u', 'x') THEN ${COLUMN_STATISTICS("k.conindid")} END), NULL
      FROM pg_constraint k
      JOIN pg_class t ON t.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
      LEFT JOIN pg_class x ON x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
     WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND (k.contype <> 'f' OR k.conparentid = 0) AND t.relpersistence <> 't'
       AND ${inUserSchema("t.relnamespace")} AND ${notFromExtension("pg_class", "t.oid")}
    UNION ALL
    SELECT 'constraint', quote_ident(k.conname) || ' on domain ' || ${qualified("n.nspname", "y.typname")}, pg_get_constraintdef(k.oid), NULL
      FROM pg_constraint k
      JOIN pg_type y ON y.oid = k.contypid
      JOIN pg_namespace n ON n.oid = y.typnamespace
     WHERE k.contype = 'c' AND ${inUserSchema("y.typnamespace")} AND ${notFromExtension("pg_type", "y.oid")}`,
};
