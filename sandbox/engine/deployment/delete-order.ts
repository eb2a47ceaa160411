import type { ResourceState } from "../state/resource-state.ts";
import { providerUrn } from "./urn.ts";

/** What must exist for as long as the resource does: its parent, its provider, what it depends on or goes with. */
export function dependenciesOf(state: ResourceState): Set<string> {
  const found = new Set([...state.dependencies, ...Object.values(state.propertyDependencies).flat()]);
  if (state.parent) found.add(state.parent);
  if (state.provider) found.add(providerUrn(state.provider));
  if (state.deletedWith) found.add(state.deletedWith);
  return found;
}

/**
 * The order to delete in: groups, each of which may be deleted at once when the one before it is gone, so that nothing
 * goes before what depends on it. Within a group the last made comes first, and what is protected last: its refusal
 * ends the run.
 * @param condemned in the order of the state
 */
export function deleteOrder(condemned: readonly ResourceState[]): ResourceState[][] {
  let remaining = [...condemned];
  const groups: ResourceState[][] = [];
  while (remaining.length > 0) {
    const urns = new Set(remaining.map(({ urn }) => urn));
    const free = remaining.filter((state) => {
      const needed = dependenciesOf(state);
      needed.delete(state.urn);
      return ![...needed].some((urn) => urns.has(urn));
    });
    // States are free of cycles; one that is not is deleted in its own order rather than never.
    const group = free.length > 0 ? free : remaining.slice(0, 1);
    const isProtected = ({ protect = false }: ResourceState): number => Number(protect);
    groups.push([...group].reverse().sort((one, other) => isProtected(one) - isProtected(other)));
    remaining = remaining.filter((state) => !group.includes(state));
  }
  return groups.reverse();
}
