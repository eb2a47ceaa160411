import type { ResourceState } from "../state/resource-state.ts";
import { dependenciesOf } from "./delete-order.ts";

/** What may go while everything that is protected stays, with what that needs: `destroy --exclude-protected`. */
export function unprotected(states: readonly ResourceState[]): ResourceState[] {
  const kept = new Set<string>();
  // The state lists what a resource needs before it.
  for (const state of [...states].reverse()) {
    if (!state.protect && !kept.has(state.urn)) continue;
    kept.add(state.urn);
    for (const urn of dependenciesOf(state)) kept.add(urn);
  }
  return states.filter(({ urn }) => !kept.has(urn));
}
