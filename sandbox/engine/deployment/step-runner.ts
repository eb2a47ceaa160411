import {
  diagnosticEvent,
  type EngineEvent,
  resOpFailedEvent,
  resOutputsEvent,
  resourcePreEvent,
} from "../events/engine-events.ts";
import { OutcomeUnknown } from "../plugins/resource-plugin.ts";
import type { PendingOperation } from "../state/resource-state.ts";
import type { SnapshotKeeper } from "../state/snapshot-keeper.ts";
import type { ChangeCounts } from "../state/stack-history.ts";
import { Semaphore } from "./semaphore.ts";
import { isCounted, type Step, type StepOperation, subjectOf } from "./step.ts";
import { isDefaultProvider } from "./urn.ts";

/** The run ended, by an error of its own or an abort, before this could be done. */
export class RunStopped extends Error {
  constructor() {
    super("the run has stopped");
    this.name = "RunStopped";
  }
}

/** What a step's work gives back: as which it is counted, and why the resource is not ready. */
export interface StepOutcome {
  /** Of a refresh. */
  readonly turnedOut?: StepOperation;
  readonly initErrors?: readonly string[];
}

export interface StepRunnerOptions {
  readonly keeper: SnapshotKeeper;
  /** Steps at once. */
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly emit: (event: EngineEvent) => void;
}

/**
 * Runs steps: writes down that one begins, does its work, writes down what came of it, tells and counts it. The first
 * failure stops the run: what is under way is finished and kept, nothing more is begun.
 */
export class StepRunner {
  /** Resolves when the run stops before its end. */
  readonly stopped: Promise<void>;
  readonly #options: StepRunnerOptions;
  readonly #slots: Semaphore;
  readonly #counts = new Map<string, number>();
  readonly #running = new Set<Promise<unknown>>();
  #failed = false;
  #reported = false;
  #stop: () => void = () => undefined;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
    this.#slots = new Semaphore(options.parallel);
    this.stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  get failed(): boolean {
    return this.#failed;
  }

  get counts(): ChangeCounts {
    return Object.fromEntries([...this.#counts].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Counts anew: what a refresh before an update finds is no change that the update makes. */
  forgetCounts(): void {
    this.#counts.clear();
  }

  /** Stops the run, and tells why. */
  fail(message: string, urn?: string): void {
    this.#options.emit(diagnosticEvent("error", message, urn));
    this.#failed = true;
    this.#stop();
  }

  /** Tells an error of the program: it may still register what it began to, and the run fails when it has ended. */
  report(message: string, urn?: string): void {
    this.#options.emit(diagnosticEvent("error", message, urn));
    this.#reported = true;
  }

  /** The program has ended: a run with errors in it ends too. */
  programEnded(): void {
    if (this.#reported) this.#failed = true;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /**
   * @param pending what the state says meanwhile; absent: the step asks no provider to change anything
   * @throws RunStopped when the run has stopped before, or by this step
   */
  run(
    step: Step,
    pending: PendingOperation["type"] | undefined,
    work: () => Promise<StepOutcome | undefined>,
  ): Promise<void> {
    const running = this.#slots.run(() => this.#run(step, pending, work));
    this.#running.add(running);
    const forget = (): void => void this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }

  async #run(
    step: Step,
    pending: PendingOperation["type"] | undefined,
    work: () => Promise<StepOutcome | undefined>,
  ): Promise<void> {
    if (this.#failed) throw new RunStopped();
    const { keeper, dryRun, emit } = this.#options;
    const subject = subjectOf(step);
    const isInternal = isDefaultProvider(subject.urn);
    const operation = pending && !dryRun ? { type: pending, resource: subject } : undefined;
    if (!isInternal) emit(resourcePreEvent(step, dryRun));
    if (operation) keeper.begin(operation);
    let outcome: StepOutcome | undefined;
    try {
      outcome = await work();
    } catch (error) {
      // What the provider may have done stays written down as begun.
      if (operation && !(error instanceof OutcomeUnknown)) keeper.end(operation);
      keeper.save();
      if (!isInternal) emit(resOpFailedEvent(step));
      this.fail(messageOf(step, error), subject.urn);
      throw new RunStopped();
    }
    if (operation) keeper.end(operation);
    // What stayed the same is written with the next change, or at the end of the run.
    if (step.operation !== "same") keeper.save();
    if (outcome?.initErrors) {
      emit(resOpFailedEvent(step));
      this.fail(`${step.operation} of ${subject.urn}: ${outcome.initErrors.join("; ")}`, subject.urn);
      return;
    }
    if (isInternal) return;
    this.#count(step, outcome?.turnedOut);
    if (subject.custom || step.operation === "delete")
      emit(resOutputsEvent(step, dryRun, outcome?.turnedOut));
  }

  #count(step: Step, turnedOut: StepOperation = step.operation): void {
    if (isCounted(step)) this.#counts.set(turnedOut, (this.#counts.get(turnedOut) ?? 0) + 1);
  }
}

function messageOf(step: Step, error: unknown): string {
  const { urn } = subjectOf(step);
  return `${step.operation} of ${urn} failed: ${error instanceof Error ? error.message : String(error)}`;
}
