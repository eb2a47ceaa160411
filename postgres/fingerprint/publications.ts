import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const OPERATIONS = `concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)`;

/** `prattrs` counts dropped columns too, so that names are listed. */
const COLUMNS = `(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs))`;

/** Made by the platform; what is published through `supabase_realtime` is the application's choice. */
const PLATFORM_PUBLICATION = "^supabase_realtime_messages_publication";

/** Kinds `publication` and `published` (one entry for each table or schema of it). */
export const publications: FingerprintQuery = {
  sql: ({ inUserSchema, supabase }) => `
    SELECT 'publication' AS kind, quote_ident(p.pubname) AS name,
           concat_ws('; ', CASE WHEN p.puballtables THEN 'all tables' END, ${OPERATIONS}, CASE WHEN p.pubviaroot THEN 'via root' END,
                     'generated columns ' || nullif(nullif(to_jsonb(p) ->> 'pubgencols', 'n'), 'false')) AS definition,
           NULL::text[] AS roles
      FROM pg_publication p
     WHERE ${notFromExtension("pg_publication", "p.oid")} AND NOT (${supabase} AND p.pubname ~ '${PLATFORM_PUBLICATION}')
    UNION ALL
    SELECT 'published', 'table ' || ${qualified("n.nspname", "c.relname")} || ' in ' || quote_ident(p.pubname),
           concat_ws(' ', 'columns (' || ${COLUMNS} || ')', 'where ' || pg_get_expr(r.prqual, r.prrelid)), NULL
      FROM pg_publication_rel r
      JOIN pg_publication p ON p.oid = r.prpubid
      JOIN pg_class c ON c.oid = r.prrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${inUserSchema("c.relnamespace")}
    UNION ALL
    SELECT 'published', 'schema ' || quote_ident(n.nspname) || ' in ' || quote_ident(p.pubname), '', NULL
      FROM pg_publication_namespace s
      JOIN pg_publication p ON p.oid = s.pnpubid
      JOIN pg_namespace n ON n.oid = s.pnnspid
     WHERE ${inUserSchema("n.oid")}`,
};
