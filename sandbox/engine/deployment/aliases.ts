import type { Alias, Goal } from "./goal.ts";
import { makeUrn, parseUrn, STACK_TYPE } from "./urn.ts";

/**
 * Every URN that a resource may have had: by its own aliases, and by those of its parent.
 * @param parentAliases URNs that the goal's parent may have had
 * @param formerUrn the URN that a resource of this run had before, if it goes by another now
 */
export function aliasUrns(
  target: { readonly stack: string; readonly project: string },
  goal: Goal,
  parentAliases: readonly string[],
  formerUrn: (urn: string) => string | undefined,
): string[] {
  const own = goal.aliases.map((alias) => resolveAlias(target, goal, alias, formerUrn));
  const found = new Set(own);
  for (const parentAlias of parentAliases) {
    found.add(inherited(target, goal, { name: goal.name, type: goal.type }, parentAlias));
    for (const alias of own) found.add(inherited(target, goal, parseUrn(alias), parentAlias));
  }
  found.delete(makeUrn(target, goal.parent, goal.type, goal.name));
  return [...found];
}

function resolveAlias(
  target: { readonly stack: string; readonly project: string },
  goal: Goal,
  alias: Alias,
  formerUrn: (urn: string) => string | undefined,
): string {
  if ("urn" in alias) return alias.urn;
  const given = alias.parent ?? undefined;
  const parent = alias.parent === undefined ? goal.parent : given && (formerUrn(given) ?? given);
  return makeUrn(
    { stack: alias.stack || target.stack, project: alias.project || target.project },
    parent,
    alias.type || goal.type,
    alias.name || goal.name,
  );
}

/** A child of a parent that was renamed followed its name, if it began with it. */
function inherited(
  target: { readonly stack: string; readonly project: string },
  goal: Goal,
  child: { readonly name: string; readonly type: string },
  parentAlias: string,
): string {
  const parentName = goal.parent ? parseUrn(goal.parent).name : "";
  const former = parseUrn(parentAlias);
  const follows = former.type !== STACK_TYPE && child.name.startsWith(parentName);
  const name = follows ? former.name + child.name.slice(parentName.length) : child.name;
  return makeUrn(
    { stack: former.stack || target.stack, project: former.project || target.project },
    parentAlias,
    child.type,
    name,
  );
}
