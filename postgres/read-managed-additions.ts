import type pg from "pg";
import type { KeptStatement } from "./filter-statements.ts";
import { SUPABASE_RESERVED_ROLES } from "./supabase-reserved-roles.ts";

/** What the server may say when the platform's version of the table differs from the one that was backed up. */
const MAY_FAIL = "the table belongs to the Supabase platform, whose version on the target may not allow it";

const TRIGGERS = `
  SELECT pg_get_triggerdef(g.oid) || ';' AS sql,
         CASE g.tgenabled WHEN 'O' THEN NULL ELSE format('ALTER TABLE %I.%I %s TRIGGER %I;', n.nspname, t.relname,
              CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END AS after
    FROM pg_trigger g
    JOIN pg_class t ON t.oid = g.tgrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_proc f ON f.oid = g.tgfoid
    JOIN pg_namespace fn ON fn.oid = f.pronamespace
   WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND n.nspname IN ('auth', 'storage', 'realtime') AND fn.nspname <> n.nspname
   ORDER BY n.nspname, t.relname, g.tgname`;

const POLICIES = `
  SELECT concat(format('CREATE POLICY %I ON %I.%I', p.polname, n.nspname, t.relname), CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' END,
           ' TO ' || (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY r = 0, pg_get_userbyid(r)) FROM unnest(p.polroles) r),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ';') AS sql,
         NULL AS after
    FROM pg_policy p
    JOIN pg_class t ON t.oid = p.polrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
   WHERE n.nspname IN ('auth', 'storage', 'realtime')
   ORDER BY n.nspname, t.relname, p.polname`;

/** Privileges on platform objects that the application gave to roles of its own. */
export const PLATFORM_OBJECT_ACLS = `
  SELECT 'SCHEMA ' || quote_ident(n.nspname) AS label, n.nspname, n.nspacl AS acl FROM pg_namespace n
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || format('%I.%I', n.nspname, c.relname), n.nspname, c.relacl
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), n.nspname, p.proacl
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace`;

export const PLATFORM_SCHEMAS_WITH_GRANTS =
  "('auth', 'storage', 'realtime', 'extensions', 'graphql', 'graphql_public', 'cron', 'net', 'pgmq', 'vault', 'supabase_functions')";

const GRANTS = `
  SELECT format('GRANT %s ON %s TO %I%s;', string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), o.label, r.rolname,
                CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END) AS sql, NULL AS after
    FROM (${PLATFORM_OBJECT_ACLS}) o, LATERAL aclexplode(o.acl) g JOIN pg_roles r ON r.oid = g.grantee
   WHERE o.nspname IN ${PLATFORM_SCHEMAS_WITH_GRANTS} AND r.rolname !~ $1 AND r.rolname !~ '^pg_'
   GROUP BY o.label, r.rolname, g.is_grantable
   ORDER BY o.label, r.rolname, g.is_grantable`;

/**
 * What an application added to Supabase's own tables, which a schema dump leaves out with those tables: triggers that
 * call its functions (`on_auth_user_created`), policies on `storage.objects`, privileges given to its own roles.
 * Run the statements after the post-data section; their roles need `filterStatements` like any others.
 * @param client A session with an empty `search_path`.
 * @see https://supabase.com/docs/guides/platform/migrating-within-supabase/backup-restore
 */
export async function readManagedAdditions(client: pg.ClientBase): Promise<KeptStatement[]> {
  const reserved = SUPABASE_RESERVED_ROLES.source;
  const statements: KeptStatement[] = [];
  for (const [query, values] of [
    [TRIGGERS, []],
    [POLICIES, []],
    [GRANTS, [reserved]],
  ] as const) {
    const { rows } = await client.query<{ sql: string; after: string | null }>(query, [...values]);
    for (const { sql, after } of rows) {
      statements.push({ sql, mayFail: MAY_FAIL });
      if (after !== null) statements.push({ sql: after, mayFail: MAY_FAIL });
    }
  }
  return statements;
}
