import { type FingerprintQuery, notFromExtension } from "./query.ts";

/** Installed by the platform in every Supabase project, in schemas that it owns. */
const SUPABASE_EXTENSIONS = "pg_graphql|supabase_vault|pgsodium|plpgsql|pg_net|pg_cron|pgjwt";

/** Kinds `extension` (its schema), `extension version`, `schema`. */
export const schemasAndExtensions: FingerprintQuery = {
  sql: ({ inUserSchema, supabase }) => `
    SELECT v.kind, quote_ident(x.extname) AS name, v.definition, NULL::text[] AS roles
      FROM pg_extension x
      JOIN pg_namespace n ON n.oid = x.extnamespace,
           LATERAL (VALUES ('extension', 'in schema ' || quote_ident(n.nspname)),
                           ('extension version', x.extversion)) v(kind, definition)
     WHERE x.extname <> 'plpgsql' AND (NOT ${supabase} OR x.extname !~ '^(${SUPABASE_EXTENSIONS})$')
    UNION ALL
    SELECT 'schema', quote_ident(n.nspname), '', NULL
      FROM pg_namespace n
     WHERE ${inUserSchema("n.oid")} AND ${notFromExtension("pg_namespace", "n.oid")}`,
};
