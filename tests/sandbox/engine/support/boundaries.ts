import assert from "node:assert/strict";
import type { Deployment } from "../../../../sandbox/engine/state/resource-state.ts";
import { MemoryStack } from "./memory-stack.ts";

/** What a run leaves that is killed at one moment. */
export interface Remains {
  readonly things: MemoryStack["cloud"]["things"];
  readonly state: Deployment;
}

/** Runs, and keeps what would be left at each boundary: around every provider call, and after every write. */
export async function remainsOf(stack: MemoryStack, run: () => Promise<unknown>): Promise<Remains[]> {
  const remains: Remains[] = [];
  const note = (): void => {
    remains.push({ things: structuredClone(stack.cloud.things), state: structuredClone(stack.state) });
  };
  note();
  stack.cloud.onBoundary = note;
  stack.onWritten = note;
  await run();
  stack.cloud.onBoundary = () => undefined;
  stack.onWritten = () => undefined;
  return remains;
}

/** A stack as the next run finds it. */
export function stackOf({ things, state }: Remains): MemoryStack {
  const stack = new MemoryStack();
  stack.cloud.things = structuredClone(things);
  stack.cloud.startAt(1000);
  stack.state = structuredClone(state);
  return stack;
}

/**
 * Whatever exists is in the state, or the state says that its creation was begun.
 * @returns what exists and is only known to have been begun, by id
 */
export function assertNothingLost({ things, state }: Remains): string[] {
  const ids = new Set(state.resources.map(({ id }) => id));
  const begun = new Set(
    state.pendingOperations.flatMap(({ type, resource }) =>
      type === "creating" ? [resource.urn.split("::").at(-1)] : [],
    ),
  );
  const unsure = [...things].filter(([id]) => !ids.has(id));
  for (const [id, { name }] of unsure)
    assert.ok(begun.has(name), `${id} exists and the state does not know it`);
  return unsure.map(([id]) => id);
}
