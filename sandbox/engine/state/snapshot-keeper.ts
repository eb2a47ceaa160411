import type { Deployment, PendingOperation, ResourceState } from "./resource-state.ts";

/**
 * The state while a run changes it: what the run has settled, then what it has not come to yet. It is written after
 * every step, and what is begun with a provider is written down before, so that a run killed at any moment leaves a
 * state that names everything that exists, or that it cannot be sure of.
 */
export class SnapshotKeeper {
  readonly #write: (deployment: Deployment) => void;
  readonly #base: ResourceState[];
  readonly #settled: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();
  readonly #pending = new Set<PendingOperation>();

  /** @param write stores a state; a preview passes one that does nothing */
  constructor(before: Deployment, write: (deployment: Deployment) => void) {
    this.#write = write;
    this.#base = [...before.resources];
    // What an earlier run began to create may exist; what it began to change or delete is in the state anyway.
    for (const operation of before.pendingOperations)
      if (operation.type === "creating") this.#pending.add(operation);
  }

  /** Notes that a provider is about to be asked. */
  begin(operation: PendingOperation): void {
    this.#pending.add(operation);
    this.save();
  }

  /** Notes that the provider has answered; the caller settles what came of it, then saves. */
  end(operation: PendingOperation): void {
    this.#pending.delete(operation);
  }

  /** Forgets what an earlier run began to create: `refresh --clear-pending-creates`. */
  clearPendingCreates(): void {
    this.#pending.clear();
  }

  /** @param state as it is now, in place of `before` where it was in the state */
  settle(state: ResourceState, before?: ResourceState): void {
    this.#settled.push(state);
    if (before) this.#done.add(before);
  }

  /** It does not exist any more. */
  remove(state: ResourceState): void {
    this.#done.add(state);
  }

  /** Replaces a resource where it stands; undefined removes it. */
  replace(before: ResourceState, after: ResourceState | undefined): void {
    const index = this.#base.indexOf(before);
    this.#base.splice(index, 1, ...(after ? [after] : []));
  }

  /** Drops references to what is gone; a child whose parent is gone goes to the parent of that. */
  dropDanglingReferences(before: readonly ResourceState[]): void {
    const urns = new Set(this.#base.map(({ urn }) => urn));
    const parents = new Map(before.map(({ urn, parent }) => [urn, parent]));
    const known = (list: readonly string[]): string[] => list.filter((urn) => urns.has(urn));
    const livingParent = (urn: string | undefined): string | undefined =>
      urn === undefined || urns.has(urn) ? urn : livingParent(parents.get(urn));
    this.#base.forEach((state, index) => {
      const { deletedWith, dependencies, propertyDependencies } = state;
      this.#base[index] = {
        ...state,
        parent: livingParent(state.parent),
        deletedWith: deletedWith !== undefined && urns.has(deletedWith) ? deletedWith : undefined,
        dependencies: known(dependencies),
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([key, list]) => [key, known(list)]),
        ),
      };
    });
  }

  save(): void {
    this.#write(this.current());
  }

  current(): Deployment {
    const renamed = new Map(
      this.#settled.flatMap(({ urn, aliases = [] }) => aliases.map((alias) => [alias, urn] as const)),
    );
    const settledUrns = new Set(this.#settled.map(({ urn }) => urn));
    for (const urn of settledUrns) renamed.delete(urn);
    const settled = this.#settled.filter((state) => !this.#done.has(state));
    const rest = this.#base.filter((state) => !this.#done.has(state));
    return {
      resources: [...settled, ...rest.map((state) => withNewNames(state, renamed))],
      pendingOperations: [...this.#pending],
    };
  }
}

/** Rewrites references to resources that go by another name now. */
function withNewNames(state: ResourceState, renamed: ReadonlyMap<string, string>): ResourceState {
  const current = (urn: string): string => renamed.get(urn) ?? urn;
  const references = [state.parent, state.deletedWith, ...state.dependencies];
  if (renamed.size === 0 || !references.some((urn) => urn !== undefined && renamed.has(urn))) return state;
  const { parent, deletedWith, dependencies, propertyDependencies } = state;
  return {
    ...state,
    ...(parent === undefined ? {} : { parent: current(parent) }),
    ...(deletedWith === undefined ? {} : { deletedWith: current(deletedWith) }),
    dependencies: dependencies.map(current),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, list]) => [key, list.map(current)]),
    ),
  };
}
