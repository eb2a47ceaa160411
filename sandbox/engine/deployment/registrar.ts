import { EngineError } from "../engine-error.ts";
import type { DiffAnswer } from "../plugins/resource-plugin.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { aliasUrns } from "./aliases.ts";
import { applyStep } from "./apply-step.ts";
import { checkInputs } from "./check-inputs.ts";
import { dependentsToReplace } from "./dependents-to-replace.ts";
import { desiredState, withoutIgnoredChanges } from "./desired-state.ts";
import { asksForReplacement, diffResource } from "./diff-resource.ts";
import type { Goal } from "./goal.ts";
import type { RunContext } from "./run-context.ts";
import { Semaphore } from "./semaphore.ts";
import type { Step } from "./step.ts";
import { RunStopped } from "./step-runner.ts";
import { makeUrn } from "./urn.ts";

/** Turns what the program registers into steps, and carries them out. */
export class Registrar {
  readonly #context: RunContext;
  readonly #olds: ReadonlyMap<string, ResourceState>;
  readonly #registered = new Map<string, ResourceState>();
  /** By the old name of a resource, the one that goes on from it. */
  readonly #renamed = new Map<string, string>();
  /** By resource, the names that it may have had. */
  readonly #aliases = new Map<string, readonly string[]>();
  /** Deleted in this run because what they depend on is replaced. */
  readonly #deletedEarly = new Set<string>();
  /** One decision at a time: a replacement may delete resources that are still to be registered. */
  readonly #decisions = new Semaphore(1);

  constructor(context: RunContext) {
    this.#context = context;
    this.#olds = new Map(
      context.previous.filter((state) => !state.delete).map((state) => [state.urn, state]),
    );
  }

  /**
   * Makes the resource as the goal wants it.
   * @param provider `<urn>::<id>`; absent for components
   * @returns its state; in a preview, as far as it is known
   * @throws RunStopped when the run has stopped before, or by this
   */
  async register(goal: Goal, provider: string | undefined): Promise<ResourceState> {
    const { runner } = this.#context;
    if (runner.failed) throw new RunStopped();
    const urn = makeUrn(this.#context.target, goal.parent, goal.type, goal.name);
    try {
      const steps = await this.#decisions.run(() => this.#decide(goal, urn, provider));
      for (const step of steps) await applyStep(this.#context, step);
    } catch (error) {
      if (!(error instanceof RunStopped)) runner.fail((error as Error).message, urn);
      throw new RunStopped();
    }
    return this.state(urn);
  }

  /** @throws EngineError when the resource was not registered in this run */
  state(urn: string): ResourceState {
    const state = this.#registered.get(urn);
    if (!state) throw new EngineError(`${urn} was not registered`);
    return state;
  }

  /** Stores what a component, or the stack, gives out. */
  registerOutputs(urn: string, outputs: PropertyMap): void {
    this.state(urn).outputs = outputs;
    this.#context.keeper.save();
  }

  /** What the state holds and this run has not come to: to be deleted. In the order of the state. */
  leftovers(): ResourceState[] {
    return this.#context.previous.filter(
      ({ urn, delete: isReplaced }) => isReplaced || !(this.#registered.has(urn) || this.#renamed.has(urn)),
    );
  }

  async #decide(goal: Goal, urn: string, provider: string | undefined): Promise<Step[]> {
    if (this.#context.runner.failed) throw new RunStopped();
    if (this.#registered.has(urn))
      throw new EngineError(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    const parent = goal.parent ? this.#registered.get(goal.parent) : undefined;
    const parentAliases = this.#aliases.get(goal.parent ?? "") ?? [];
    const formerUrn = (one: string): string | undefined => this.#registered.get(one)?.aliases?.[0];
    const aliases = aliasUrns(this.#context.target, goal, parentAliases, formerUrn);
    const old = this.#findOld(urn, aliases);
    const former = old && old.urn !== urn ? [old.urn] : [];
    // Children follow the name that was found; where none was, a run that was killed may have left them behind.
    this.#aliases.set(urn, former.length > 0 ? former : aliases);
    const desired = desiredState(goal, urn, former, provider, parent);
    this.#registered.set(urn, desired);
    const isGone = old && (old.pendingReplacement || this.#deletedEarly.has(old.urn));
    if (!old || isGone) {
      desired.inputs = await checkInputs(this.#context, desired, undefined, goal.inputs);
      await this.#context.judge.judge(this.#context, desired);
      if (!old) return [{ operation: "create", new: desired }];
      return [
        { operation: "replace", old, new: desired },
        { operation: "create-replacement", old, new: desired },
      ];
    }
    const inputs = withoutIgnoredChanges(goal.inputs, old.inputs, goal.ignoreChanges);
    desired.inputs = await checkInputs(this.#context, desired, old.inputs, inputs);
    await this.#context.judge.judge(this.#context, desired);
    const diff = await diffResource(this.#context, goal, old, desired);
    if (diff.changes === "none") return [{ operation: "same", old, new: desired }];
    if (!asksForReplacement(diff)) return [{ operation: "update", old, new: desired, diff }];
    return this.#replace(goal, old, desired, diff);
  }

  async #replace(goal: Goal, old: ResourceState, desired: ResourceState, diff: DiffAnswer): Promise<Step[]> {
    if (old.protect && desired.protect) throw protectedError(old.urn);
    // What the provider filled in belongs to the resource that goes.
    desired.inputs = await checkInputs(this.#context, desired, undefined, goal.inputs);
    const replacement: Step[] = [
      { operation: "create-replacement", old, new: desired, diff },
      { operation: "replace", old, new: desired, diff },
    ];
    if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace))
      return replacement.map((step) => ({ ...step, deletesLater: true }));
    const isSettled = (urn: string): boolean =>
      this.#registered.has(urn) || this.#renamed.has(urn) || this.#deletedEarly.has(urn);
    const dependents = await dependentsToReplace(this.#context, old, isSettled);
    const held = dependents.find(({ protect }) => protect);
    if (held) throw protectedError(held.urn);
    for (const { urn } of dependents) this.#deletedEarly.add(urn);
    const deletes = [...dependents].reverse().concat(old);
    return [
      ...deletes.map(
        (state): Step => ({ operation: "delete-replaced", old: state, replacementFollows: true }),
      ),
      ...replacement.reverse(),
    ];
  }

  /** @throws EngineError when another resource of this run is, or goes on from, the one that is found */
  #findOld(urn: string, aliases: readonly string[]): ResourceState | undefined {
    const taken = this.#renamed.get(urn);
    if (taken !== undefined) throw new EngineError(`${urn} is registered, but ${taken} has it as an alias`);
    const name = [urn, ...aliases].find((one) => this.#olds.has(one));
    if (name === undefined || name === urn) return this.#olds.get(urn);
    const other = this.#registered.has(name) ? name : this.#renamed.get(name);
    if (other !== undefined)
      throw new EngineError(`${urn} has the alias ${name}, which ${other} goes by already`);
    this.#renamed.set(name, urn);
    return this.#olds.get(name);
  }
}

function protectedError(urn: string): EngineError {
  return new EngineError(
    `unable to replace resource "${urn}" as it is currently marked for protection; ` +
      `set "protect" to false in the program to allow it`,
  );
}
