import type { RoleInUse } from "./read-roles.ts";
import {
  actAs,
  attributeWords,
  createRole,
  grantMembership,
  noLongerActAs,
  type RoleNote,
  type RoleStatement,
  type RoleTarget,
} from "./role-statements.ts";
import { SUPABASE_RESERVED_ROLES } from "./supabase-reserved-roles.ts";

/** What the statements of a dump may do with one role on the target. */
export interface ResolvedRole {
  /** Its name on the target; absent when the target does not have it. */
  readonly name?: string;
  /** Who owns on the target what it owned: itself, or the restoring user where that may not act as it. */
  readonly owner: string;
}

export interface RolePlan {
  readonly create: readonly string[];
  readonly mapped: readonly { readonly role: string; readonly to: string; readonly why: string }[];
  /** Roles that the target cannot have, and properties of roles that it cannot give. */
  readonly notRestored: readonly RoleNote[];
  /** Run in order before the schema. */
  readonly statements: readonly RoleStatement[];
  /** Run after everything: takes back what only the restore needed. */
  readonly afterwards: readonly RoleStatement[];
  /** Every role that the statements of the dump may name, by the name in the backup. */
  readonly resolved: ReadonlyMap<string, ResolvedRole>;
  /** Owners on the target that differ from the backup's, by the name in the backup; for `compareFingerprints`. */
  readonly owners: ReadonlyMap<string, string>;
}

interface Draft {
  create: RoleInUse[];
  mapped: { role: string; to: string; why: string }[];
  notRestored: RoleNote[];
}

/**
 * Decides, without asking anyone, which of the roles that a backup needs are created on the target, which are
 * replaced by another, and which cannot be had. Roles that exist are never altered: they belong to the whole server.
 * Passwords are never part of a backup, so created login roles have none.
 */
export function planRoles(
  needed: readonly RoleInUse[],
  existing: readonly RoleInUse[],
  target: RoleTarget,
): RolePlan {
  const present = new Map(existing.map((role) => [role.name, role]));
  const draft: Draft = { create: [], mapped: [], notRestored: [] };
  for (const role of needed) placeRole(role, present, target, draft);
  const created = new Set(draft.create.map((role) => role.name));
  const acting = rolesToActAs(needed, draft.create, present, target);
  const statements = [
    ...draft.create.flatMap((role) => createRole(role, target, present, draft.notRestored)),
    ...draft.create.flatMap((role) =>
      role.memberOf.flatMap((m) => grantMembership(role, m, created, present, target, draft.notRestored)),
    ),
    ...membersOfCreated(needed, created, present, target),
    ...acting.map((role) => actAs(role, target)),
  ];
  const resolved = resolveRoles(needed, draft, existing, new Set([...created, ...acting]), target);
  return {
    create: draft.create.map((role) => role.name),
    mapped: draft.mapped,
    notRestored: draft.notRestored,
    statements,
    afterwards: acting.map((role) => noLongerActAs(role, target)),
    resolved,
    owners: new Map([...resolved].flatMap(([role, { owner }]) => (owner === role ? [] : [[role, owner]]))),
  };
}

function placeRole(
  role: RoleInUse,
  present: ReadonlyMap<string, RoleInUse>,
  target: RoleTarget,
  draft: Draft,
): void {
  const { name } = role;
  const to = target.map?.[name];
  if (to !== undefined) draft.mapped.push({ role: name, to, why: "asked for by the restore" });
  else if (present.has(name)) draft.notRestored.push(...differences(role, present.get(name)));
  else if (name.startsWith("pg_"))
    draft.notRestored.push({ role: name, why: "predefined role of another server version" });
  else if (target.supabase && SUPABASE_RESERVED_ROLES.test(name)) {
    draft.notRestored.push({
      role: name,
      why: "the name is reserved for the Supabase platform, which did not create it here",
    });
  } else if (role.attributes.superuser && !present.get(target.user)?.attributes.superuser) {
    draft.mapped.push({ role: name, to: target.user, why: "a superuser can be made only by a superuser" });
  } else if (target.canCreate) draft.create.push(role);
  else draft.notRestored.push({ role: name, why: `${target.user} may not create roles on the target` });
}

/** An existing role of the same name stays as it is; what it lacks is said. */
function differences(needed: RoleInUse, found: RoleInUse | undefined): RoleNote[] {
  if (found === undefined) return [];
  const has = new Set(found.memberOf.map((membership) => membership.role));
  const notes = needed.memberOf
    .filter((membership) => !has.has(membership.role))
    .map((membership) => ({
      role: needed.name,
      why: `exists already and is not a member of ${membership.role}`,
    }));
  const attributes = attributeWords(needed).filter((word) => !attributeWords(found).includes(word));
  if (attributes.length > 0)
    notes.push({ role: needed.name, why: `exists already without ${attributes.join(", ")}` });
  return notes;
}

/** Roles that exist already become members of roles that are new: that changes nothing outside this restore. */
function membersOfCreated(
  needed: readonly RoleInUse[],
  created: ReadonlySet<string>,
  present: ReadonlyMap<string, RoleInUse>,
  target: RoleTarget,
): RoleStatement[] {
  return needed
    .filter((role) => present.has(role.name) && target.map?.[role.name] === undefined)
    .flatMap((role) =>
      role.memberOf
        .filter((m) => created.has(m.role))
        .flatMap((m) => grantMembership(role, m, created, present, target, [])),
    );
}

/**
 * The roles that the restoring user has to be made a member of for the time of the restore: those it creates, and
 * those that exist and that it may grant to itself (before 16 any but superusers, since then where it has the admin
 * option). A superuser needs none of it.
 */
function rolesToActAs(
  needed: readonly RoleInUse[],
  create: readonly RoleInUse[],
  present: ReadonlyMap<string, RoleInUse>,
  target: RoleTarget,
): string[] {
  const user = present.get(target.user);
  if (user?.attributes.superuser) return [];
  const already = reachableRoles(present, target.user);
  const mayTake = ({ name }: RoleInUse) => {
    const found = present.get(name);
    if (found === undefined || already.has(name) || found.attributes.superuser) return false;
    if (target.supabase && SUPABASE_RESERVED_ROLES.test(name)) return false;
    if (target.serverMajor < 16) return user?.attributes.createRole ?? false;
    return user?.memberOf.some((membership) => membership.role === name && membership.admin) ?? false;
  };
  const lasting = new Set(needed.find((role) => role.name === target.user)?.memberOf.map((m) => m.role));
  return [...create, ...needed.filter(mayTake)].map((role) => role.name).filter((name) => !lasting.has(name));
}

function resolveRoles(
  needed: readonly RoleInUse[],
  draft: Draft,
  existing: readonly RoleInUse[],
  acting: ReadonlySet<string>,
  target: RoleTarget,
): Map<string, ResolvedRole> {
  const present = new Map(existing.map((role) => [role.name, role]));
  const reachable = reachableRoles(present, target.user);
  const isSuperuser = present.get(target.user)?.attributes.superuser ?? false;
  // The owner of the database is a member of pg_database_owner without its being written anywhere.
  const canAct = new Set([...acting, ...reachable, "pg_database_owner"]);
  const ownerFor = (name: string) => (isSuperuser || canAct.has(name) ? name : target.user);
  const resolved = new Map<string, ResolvedRole>();
  for (const { name } of needed) resolved.set(name, { owner: target.user });
  for (const { name } of [...existing, ...draft.create]) resolved.set(name, { name, owner: ownerFor(name) });
  for (const { role, to } of draft.mapped) resolved.set(role, { name: to, owner: ownerFor(to) });
  return resolved;
}

/** The user and every role it is a member of, directly or through others. */
function reachableRoles(present: ReadonlyMap<string, RoleInUse>, user: string): Set<string> {
  const reached = new Set([user]);
  for (const name of reached) {
    for (const membership of present.get(name)?.memberOf ?? [])
      if (membership.set) reached.add(membership.role);
  }
  return reached;
}
