import type pg from "pg";
import { SUPABASE_RESERVED_ROLES } from "./supabase-reserved-roles.ts";

export interface RoleAttributes {
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDb: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassRls: boolean;
  /** -1: without limit. */
  readonly connectionLimit: number;
  /** UTC ISO-8601, or `infinity`; absent: the password never expires. */
  readonly validUntil?: string;
}

export interface RoleMembership {
  /** The role whose privileges the member gets. */
  readonly role: string;
  /** May grant it further. */
  readonly admin: boolean;
  /** Gets its privileges without `SET ROLE`. Before version 16 this is the member's own attribute. */
  readonly inherit: boolean;
  /** May `SET ROLE` to it. Always true before version 16. */
  readonly set: boolean;
}

export interface RoleInUse {
  readonly name: string;
  readonly attributes: RoleAttributes;
  /** Sorted by role. */
  readonly memberOf: readonly RoleMembership[];
  /** `name=value` for every database of the server, sorted. */
  readonly settings: readonly string[];
  readonly comment?: string;
}

export interface ReadRolesOptions {
  /** Leaves out the platform's own roles. */
  readonly supabase?: boolean;
}

/**
 * In use is a role that owns something in this database, has or gave a privilege, is named by a policy or has settings
 * for this database; further whoever is a member of such a role, and the roles that those are members of.
 */
const ROLES_IN_USE = `
  WITH RECURSIVE direct AS (
    SELECT refobjid AS oid FROM pg_shdepend
     WHERE refclassid = 'pg_authid'::regclass AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        OR dbid = 0 AND classid = 'pg_database'::regclass AND objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION SELECT datdba FROM pg_database WHERE datname = current_database()
    UNION SELECT relowner FROM pg_class WHERE oid >= 16384
    UNION SELECT proowner FROM pg_proc WHERE oid >= 16384
    UNION SELECT nspowner FROM pg_namespace WHERE oid >= 16384
    UNION SELECT setrole FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
  members AS (
    SELECT oid FROM direct
    UNION SELECT m.member FROM members u JOIN pg_auth_members m ON m.roleid = u.oid WHERE u.oid >= 16384),
  in_use AS (
    SELECT oid FROM members
    UNION SELECT m.roleid FROM in_use u JOIN pg_auth_members m ON m.member = u.oid WHERE m.roleid >= 16384)
  SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcreaterole AS create_role, r.rolcreatedb AS create_db,
         r.rolcanlogin AS login, r.rolreplication AS replication, r.rolbypassrls AS bypass_rls, r.rolconnlimit AS connection_limit,
         CASE WHEN isfinite(r.rolvaliduntil) THEN to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
              ELSE r.rolvaliduntil::text END AS valid_until,
         coalesce((SELECT json_agg(json_build_object('role', g.rolname, 'admin', m.admin_option,
                       'inherit', coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit),
                       'set', coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)))
                     FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), '[]') AS member_of,
         coalesce((SELECT s.setconfig FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0), '{}') AS settings,
         shobj_description(r.oid, 'pg_authid') AS comment
    FROM in_use u JOIN pg_roles r ON r.oid = u.oid`;

const ALL_ROLES = ROLES_IN_USE.replace("FROM in_use u JOIN pg_roles r ON r.oid = u.oid", "FROM pg_roles r");

interface RoleRow {
  name: string;
  superuser: boolean;
  inherit: boolean;
  create_role: boolean;
  create_db: boolean;
  login: boolean;
  replication: boolean;
  bypass_rls: boolean;
  connection_limit: number;
  valid_until: string | null;
  member_of: RoleMembership[];
  settings: string[];
  comment: string | null;
}

/**
 * The roles that the objects of this database need, with attributes, memberships and settings, sorted by name.
 * Passwords are never read. Predefined roles (`pg_…`) appear only as what others are members of.
 */
export async function readRoles(client: pg.ClientBase, options: ReadRolesOptions = {}): Promise<RoleInUse[]> {
  const { rows } = await client.query<RoleRow>(ROLES_IN_USE);
  const roles = rows
    .map(toRole)
    .filter(
      ({ name }) => !name.startsWith("pg_") && !(options.supabase && SUPABASE_RESERVED_ROLES.test(name)),
    );
  return roles.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every role that the server has, for comparison with what a restore needs. */
export async function readExistingRoles(client: pg.ClientBase): Promise<RoleInUse[]> {
  const { rows } = await client.query<RoleRow>(ALL_ROLES);
  return rows.map(toRole).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toRole(row: RoleRow): RoleInUse {
  return {
    name: row.name,
    attributes: {
      superuser: row.superuser,
      inherit: row.inherit,
      createRole: row.create_role,
      createDb: row.create_db,
      login: row.login,
      replication: row.replication,
      bypassRls: row.bypass_rls,
      connectionLimit: row.connection_limit,
      ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
    },
    memberOf: mergeGrants(row.member_of),
    settings: [...row.settings].sort(),
    ...(row.comment === null ? {} : { comment: row.comment }),
  };
}

/** Since version 16 several grantors may each have granted the same membership. */
function mergeGrants(memberships: readonly RoleMembership[]): RoleMembership[] {
  const merged = new Map<string, RoleMembership>();
  for (const next of memberships) {
    const known = merged.get(next.role);
    merged.set(next.role, {
      role: next.role,
      admin: next.admin || (known?.admin ?? false),
      inherit: next.inherit || (known?.inherit ?? false),
      set: next.set || (known?.set ?? false),
    });
  }
  return [...merged.values()].sort((a, b) => (a.role < b.role ? -1 : 1));
}
