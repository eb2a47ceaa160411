import type pg from "pg";

const OBJECTS = `CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
    WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`;

/**
 * Without a schema an entry replaces the server's own defaults; with one it adds to them, as it does to those of
 * columns, which are none.
 */
const SERVER_DEFAULT = `acldefault(CASE WHEN d.defaclnamespace <> 0 THEN 'c' WHEN d.defaclobjtype = 'S' THEN 's' ELSE d.defaclobjtype END::"char",
    d.defaclrole)`;

const absentFrom = (acl: string, one: string) =>
  `NOT EXISTS (SELECT FROM aclexplode(${acl}) o WHERE o.grantee = ${one}.grantee AND o.privilege_type = ${one}.privilege_type)`;

const STATEMENTS = `
  SELECT concat('ALTER DEFAULT PRIVILEGES', ' IN SCHEMA ' || quote_ident(n.nspname), ' ', change.verb, ' ',
                string_agg(change.privilege_type, ', ' ORDER BY change.privilege_type), ' ON ', ${OBJECTS}, ' ', change.direction, ' ',
                CASE WHEN change.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(change.grantee)) END, ';') AS sql
    FROM pg_default_acl d
    LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
         LATERAL (SELECT 'REVOKE' AS verb, 'FROM' AS direction, g.grantee, g.privilege_type FROM aclexplode(d.defaclacl) g
                   WHERE ${absentFrom(SERVER_DEFAULT, "g")}
                  UNION ALL
                  SELECT 'GRANT', 'TO', s.grantee, s.privilege_type FROM aclexplode(${SERVER_DEFAULT}) s
                   WHERE ${absentFrom("d.defaclacl", "s")}) change
   WHERE d.defaclrole = (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
   GROUP BY d.oid, d.defaclobjtype, n.nspname, change.verb, change.direction, change.grantee
   ORDER BY 1`;

/**
 * Statements that bring the default privileges of the session's own role back to PostgreSQL's. A dump grants what
 * its tables had; on a target that grants more by default (as every Supabase project does to anon, authenticated and
 * service_role) the tables would end up more open than they were, on one that grants less its functions would be
 * closed. The dump's own default privileges follow later.
 * @param client A session with an empty `search_path`.
 * @see https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
 */
export async function defaultPrivilegeResets(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(STATEMENTS);
  return rows.map(({ sql }) => sql);
}
