import { type FingerprintQuery, notFromExtension, qualified, sortedOptions } from "./query.ts";

const OWNED_BY = `(SELECT CASE d.deptype WHEN 'i' THEN 'identity of ' ELSE 'owned by ' END || d.refobjid::regclass || '.' || quote_ident(a.attname)
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
     AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))`;

const SEQUENCE = `concat_ws(', ', format_type(s.seqtypid, NULL), 'start ' || s.seqstart, 'increment ' || s.seqincrement,
    'minimum ' || s.seqmin, 'maximum ' || s.seqmax, 'cache ' || s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' END, ${OWNED_BY})`;

/** Kinds `view`, `materialized view` (also whether it is populated), `sequence` (not its position). */
export const viewsAndSequences: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END AS kind,
           ${qualified("n.nspname", "c.relname")} AS name,
           CASE WHEN c.relkind = 'S' THEN ${SEQUENCE}
                ELSE concat_ws(' ', 'WITH (' || ${sortedOptions("c.reloptions")} || ')',
                     CASE WHEN am.amname <> 'heap' THEN 'USING ' || quote_ident(am.amname) END,
                     'AS ' || btrim(pg_get_viewdef(c.oid)),
                     CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'WITH NO DATA' END) END AS definition,
           NULL::text[] AS roles
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_sequence s ON s.seqrelid = c.oid
      LEFT JOIN pg_am am ON am.oid = c.relam
     WHERE c.relkind IN ('v', 'm', 'S') AND c.relpersistence <> 't'
       AND ${inUserSchema("c.relnamespace")} AND ${notFromExtension("pg_class", "c.oid")}`,
};
