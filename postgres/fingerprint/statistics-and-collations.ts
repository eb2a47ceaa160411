import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

/** Column names of the ICU locale changed twice; as JSON they can be asked for without knowing the version. */
const LOCALE = `concat_ws(', ', 'provider ' || c.collprovider::text, 'locale ' || coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate),
    'character type ' || nullif(c.collctype, c.collcollate), 'rules ' || (to_jsonb(c) ->> 'collicurules'),
    CASE WHEN NOT c.collisdeterministic THEN 'not deterministic' END)`;

/** Kinds `statistics`, `collation`, `conversion`. */
export const statisticsAndCollations: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT 'statistics' AS kind, ${qualified("n.nspname", "s.stxname")} AS name,
           concat_ws('; ', pg_get_statisticsobjdef(s.oid), 'target ' || nullif(s.stxstattarget, -1)) AS definition, NULL::text[] AS roles
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
     WHERE ${inUserSchema("s.stxnamespace")} AND ${notFromExtension("pg_statistic_ext", "s.oid")}
    UNION ALL
    SELECT 'collation', ${qualified("n.nspname", "c.collname")}, ${LOCALE}, NULL
      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
     WHERE ${inUserSchema("c.collnamespace")} AND ${notFromExtension("pg_collation", "c.oid")}
    UNION ALL
    SELECT 'conversion', ${qualified("n.nspname", "c.conname")},
           concat_ws(' ', pg_encoding_to_char(c.conforencoding), 'to', pg_encoding_to_char(c.contoencoding), 'by', c.conproc,
                     CASE WHEN c.condefault THEN 'default' END), NULL
      FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE ${inUserSchema("c.connamespace")} AND ${notFromExtension("pg_conversion", "c.oid")}`,
};
