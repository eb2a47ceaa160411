import type { EngineEvent } from "../../../../sandbox/engine/events/engine-events.ts";
import { type RunOptions, type RunResult, runStack } from "../../../../sandbox/engine/run-stack.ts";
import type { Deployment, ResourceState } from "../../../../sandbox/engine/state/resource-state.ts";
import { type Declared, declaredProgram } from "./declared-program.ts";
import { MemoryCloud } from "./memory-cloud.ts";

export interface MemoryRun extends RunResult {
  /** What the run told as errors. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** A stack on a cloud in memory, with its state in memory: the engine without its command line. */
export class MemoryStack {
  readonly cloud = new MemoryCloud();
  state: Deployment = { resources: [], pendingOperations: [] };
  /** Called after each time the state was written. */
  onWritten: () => void = () => undefined;

  up(declared: readonly Declared[], options: Partial<RunOptions> = {}): Promise<MemoryRun> {
    return this.#run({ kind: "update", program: declaredProgram(declared), ...options });
  }

  preview(declared: readonly Declared[]): Promise<MemoryRun> {
    return this.up(declared, { dryRun: true });
  }

  refresh(options: Partial<RunOptions> = {}): Promise<MemoryRun> {
    return this.#run({ kind: "refresh", ...options });
  }

  destroy(options: Partial<RunOptions> = {}): Promise<MemoryRun> {
    return this.#run({ kind: "destroy", ...options });
  }

  /** The state's resource by its name, not counting one that is only to be deleted. */
  find(name: string): ResourceState | undefined {
    return this.state.resources.find(({ urn, delete: isOld }) => urn.endsWith(`::${name}`) && !isOld);
  }

  /** Names of the things of the cloud that the state knows by their ids, sorted. */
  knownNames(): string[] {
    const ids = new Set(this.state.resources.map(({ id }) => id));
    return [...this.cloud.things].flatMap(([id, { name }]) => (ids.has(id) ? [name] : [])).sort();
  }

  async #run(options: Partial<RunOptions> & Pick<RunOptions, "kind">): Promise<MemoryRun> {
    const told: { readonly severity: string; readonly message: string }[] = [];
    const result = await runStack({
      target: { project: "memory", stack: "dev" },
      dryRun: false,
      parallel: 4,
      before: structuredClone(this.state),
      config: new Map(),
      program: async () => undefined,
      providers: () => async () => this.cloud,
      clearPendingCreates: false,
      excludeProtected: false,
      write: (state) => {
        this.state = structuredClone(state) as Deployment;
        this.onWritten();
      },
      emit: (event: EngineEvent) => {
        if (event.diagnosticEvent) told.push(event.diagnosticEvent as (typeof told)[number]);
      },
      ...options,
    });
    const messages = (severity: string): string[] =>
      told.filter((one) => one.severity === severity).map(({ message }) => message);
    return { ...result, errors: messages("error"), warnings: messages("warning") };
  }
}
