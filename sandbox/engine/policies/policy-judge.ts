import type { StepRunner } from "../deployment/step-runner.ts";
import { STACK_TYPE } from "../deployment/urn.ts";
import { EngineError } from "../engine-error.ts";
import { type EngineEvent, policyEvent } from "../events/engine-events.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { SnapshotKeeper } from "../state/snapshot-keeper.ts";
import type { PolicyPack, PolicyViolation } from "./policy-pack.ts";

/**
 * Asks the run's policy packs. A preview goes on after a violation, so that it tells all of them, and fails at its
 * end; an update stops at the first mandatory one, before the resource is made.
 */
export class PolicyJudge {
  readonly #packs: Promise<readonly PolicyPack[]>;
  readonly #emit: (event: EngineEvent) => void;

  /** @param packs may still be starting: the program starts beside them */
  constructor(packs: Promise<readonly PolicyPack[]>, emit: (event: EngineEvent) => void) {
    this.#packs = packs;
    // A pack that does not start fails whoever asks it first.
    packs.catch(() => undefined);
    this.#emit = emit;
  }

  /** @throws EngineError at a mandatory violation in an update */
  async judge(
    { runner, dryRun }: { readonly runner: StepRunner; readonly dryRun: boolean },
    resource: ResourceState,
  ): Promise<void> {
    for (const pack of await this.#packs) {
      const mandatory = this.#tell(await pack.analyze(resource));
      for (const violation of mandatory) {
        if (!dryRun) throw new EngineError(sentence(violation));
        runner.report(sentence(violation), resource.urn);
      }
    }
  }

  /** Judges the stack as it is after the run. */
  async judgeStack({
    runner,
    keeper,
  }: {
    readonly runner: StepRunner;
    readonly keeper: SnapshotKeeper;
  }): Promise<void> {
    const resources = keeper
      .current()
      .resources.filter(({ type, delete: isReplaced }) => type !== STACK_TYPE && !isReplaced);
    for (const pack of await this.#packs)
      for (const violation of this.#tell(await pack.analyzeStack(resources)))
        runner.fail(sentence(violation), violation.urn);
  }

  async close(): Promise<void> {
    for (const pack of await this.#packs.catch(() => [])) pack.close();
  }

  /** @returns those that stop the run */
  #tell(violations: readonly PolicyViolation[]): PolicyViolation[] {
    for (const violation of violations) this.#emit(policyEvent(violation));
    return violations.filter(({ isMandatory }) => isMandatory);
  }
}

const sentence = ({ packName, packVersion, policyName, message }: PolicyViolation): string =>
  `[mandatory] ${packName}@v${packVersion} ${policyName}: ${message}`;
