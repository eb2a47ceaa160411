import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const ROLE_NAMES = `(SELECT array_agg(CASE WHEN x = 0 THEN 'public' ELSE pg_get_userbyid(x)::text END ORDER BY pg_get_userbyid(x) COLLATE "C")
    FROM unnest(p.polroles) x)`;

const COMMAND = `CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END`;

/** Kind `policy`. In Supabase's own schemas every policy is the application's. */
export const policies: FingerprintQuery = {
  sql: ({ inUserSchema, supabase }) => `
    SELECT 'policy' AS kind, quote_ident(p.polname) || ' on ' || ${qualified("n.nspname", "t.relname")} AS name,
           concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for ' || ${COMMAND},
                     'to ' || array_to_string(names.roles, ', '),
                     'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                     'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition,
           array_remove(names.roles, 'public') AS roles
      FROM pg_policy p
      JOIN pg_class t ON t.oid = p.polrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace,
           LATERAL (SELECT ${ROLE_NAMES} AS roles) names
     WHERE ${inUserSchema("t.relnamespace")} AND ${notFromExtension("pg_policy", "p.oid")}
        OR ${supabase} AND n.nspname IN ('auth', 'storage', 'realtime')`,
};
