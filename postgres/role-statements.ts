import pg from "pg";
import type { RoleInUse, RoleMembership } from "./read-roles.ts";
import { settingClause } from "./setting-clause.ts";

export interface RoleTarget {
  /** The target's user may run CREATE ROLE. */
  readonly canCreate: boolean;
  /** The target is a Supabase project, whose own roles only the platform changes. */
  readonly supabase: boolean;
  /** The user that restores. */
  readonly user: string;
  /** e.g. 17. */
  readonly serverMajor: number;
  /** Roles to take the place of others, by the name in the backup. */
  readonly map?: Readonly<Record<string, string>>;
}

export interface RoleStatement {
  readonly sql: string;
  readonly role: string;
  /** Present: the server may refuse it; then list this instead of failing. */
  readonly mayFail?: string;
}

export interface RoleNote {
  readonly role: string;
  readonly why: string;
}

/** The role's attributes as CREATE ROLE knows them. */
export function attributeWords({ attributes }: RoleInUse): string[] {
  return [
    attributes.superuser ? "SUPERUSER" : "NOSUPERUSER",
    attributes.inherit ? "INHERIT" : "NOINHERIT",
    attributes.createRole ? "CREATEROLE" : "NOCREATEROLE",
    attributes.createDb ? "CREATEDB" : "NOCREATEDB",
    attributes.login ? "LOGIN" : "NOLOGIN",
    attributes.replication ? "REPLICATION" : "NOREPLICATION",
    attributes.bypassRls ? "BYPASSRLS" : "NOBYPASSRLS",
    `CONNECTION LIMIT ${attributes.connectionLimit}`,
  ];
}

/** Only superusers gave these before 16; since then whoever has CREATEROLE and the attribute itself. */
function attributesThatCannotBeGiven(
  role: RoleInUse,
  target: RoleTarget,
  user: RoleInUse | undefined,
): string[] {
  const may = user?.attributes;
  if (may?.superuser) return [];
  const delegable = target.serverMajor >= 16;
  return [
    role.attributes.replication && !(delegable && may?.replication) ? "REPLICATION" : "",
    role.attributes.bypassRls && !(delegable && may?.bypassRls) ? "BYPASSRLS" : "",
    role.attributes.createDb && delegable && !may?.createDb ? "CREATEDB" : "",
  ].filter((word) => word !== "");
}

/** Makes a role with its settings and comment; what cannot be given is noted. */
export function createRole(
  role: RoleInUse,
  target: RoleTarget,
  present: ReadonlyMap<string, RoleInUse>,
  notes: RoleNote[],
): RoleStatement[] {
  const { name, attributes } = role;
  const refused = attributesThatCannotBeGiven(role, target, present.get(target.user));
  for (const word of refused)
    notes.push({ role: name, why: `created without ${word}, which ${target.user} may not give` });
  // Naming NOSUPERUSER, NOREPLICATION or NOBYPASSRLS needs the same rights as their opposites; they are the default.
  const implied = ["NOSUPERUSER", "NOREPLICATION", "NOBYPASSRLS", "CONNECTION LIMIT -1"];
  const words = attributeWords(role).filter((word) => !implied.includes(word) && !refused.includes(word));
  const until =
    attributes.validUntil === undefined ? [] : [`VALID UNTIL ${pg.escapeLiteral(attributes.validUntil)}`];
  const quoted = pg.escapeIdentifier(name);
  const statements: RoleStatement[] = [
    { role: name, sql: `CREATE ROLE ${quoted} WITH ${[...words, ...until].join(" ")};` },
  ];
  for (const setting of role.settings) {
    statements.push({
      role: name,
      sql: `ALTER ROLE ${quoted} ${settingClause(setting)};`,
      mayFail: `the setting ${setting.split("=")[0]} was refused`,
    });
  }
  if (role.comment !== undefined)
    statements.push({ role: name, sql: `COMMENT ON ROLE ${quoted} IS ${pg.escapeLiteral(role.comment)};` });
  if (attributes.login)
    notes.push({ role: name, why: "created without a password: set one before it logs in" });
  return statements;
}

/** Makes a role a member of another, unless the target has no such other. */
export function grantMembership(
  member: { readonly name: string; readonly attributes: { readonly inherit: boolean } },
  membership: RoleMembership,
  created: ReadonlySet<string>,
  present: ReadonlyMap<string, RoleInUse>,
  target: RoleTarget,
  notes: RoleNote[],
): RoleStatement[] {
  const parent = target.map?.[membership.role] ?? membership.role;
  if (!created.has(parent) && !present.has(parent)) {
    notes.push({ role: member.name, why: `not made a member of ${parent}, which the target does not have` });
    return [];
  }
  const options = [
    membership.admin ? (target.serverMajor >= 16 ? "ADMIN TRUE" : "ADMIN OPTION") : "",
    target.serverMajor >= 16 && membership.inherit !== member.attributes.inherit
      ? `INHERIT ${membership.inherit ? "TRUE" : "FALSE"}`
      : "",
    target.serverMajor >= 16 && !membership.set ? "SET FALSE" : "",
  ].filter((word) => word !== "");
  const sql = `GRANT ${pg.escapeIdentifier(parent)} TO ${pg.escapeIdentifier(member.name)}${options.length > 0 ? ` WITH ${options.join(", ")}` : ""};`;
  const statement = { role: member.name, sql };
  return [
    created.has(parent)
      ? statement
      : { ...statement, mayFail: `the target does not let ${target.user} grant membership of ${parent}` },
  ];
}

/** Giving an object away needs the right to act as the new owner. */
export function actAs(role: string, target: RoleTarget): RoleStatement {
  const options = target.serverMajor >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "";
  return {
    role,
    sql: `GRANT ${pg.escapeIdentifier(role)} TO ${pg.escapeIdentifier(target.user)}${options};`,
  };
}

/** Takes that right back. */
export function noLongerActAs(role: string, target: RoleTarget): RoleStatement {
  return {
    role,
    sql: `REVOKE ${pg.escapeIdentifier(role)} FROM ${pg.escapeIdentifier(target.user)};`,
    mayFail: `${target.user} stays a member of ${role}`,
  };
}
