import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ServerTargetArgs } from "./server-target-args.ts";

/**
 * Refuses roles and grants that the server would refuse in the middle of a run, or that would undo each other.
 * @throws HoldfastError TARGET_ROLES_WRONG (exit 2)
 */
export function checkTargetRoles({
  owner,
  roles = [],
  grants = [],
}: Pick<ServerTargetArgs, "owner" | "roles" | "grants">): void {
  const names = roles.map((role) => role.name);
  const twice = [...(owner ? [owner.name] : []), ...names].find((name, at, all) => all.indexOf(name) !== at);
  if (twice !== undefined) throw wrongRoles(`role ${twice} is named twice`, "Name each role once.");
  for (const [at, { name, memberOf = [] }] of roles.entries()) {
    const late = memberOf.find((group) => names.indexOf(group) >= at);
    if (late === undefined) continue;
    throw wrongRoles(`role ${name} is a member of ${late}, which is named after it`, `Name ${late} first.`);
  }
  const places = grants.map(({ role, schema }) => `${role} on ${schema ?? "the database"}`);
  const fought = places.find((place, at) => places.indexOf(place) !== at);
  if (fought === undefined) return;
  throw wrongRoles(`there are two grants for ${fought}, and each would undo the other`, "Make them one.");
}

const wrongRoles = (what: string, hint: string) =>
  new HoldfastError({
    code: "TARGET_ROLES_WRONG",
    message: `The restore target cannot be declared: ${what}`,
    hint,
    exitCode: 2,
  });
