import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { HalfDone } from "./half-done.ts";
import { ownProperties } from "./own-properties.ts";

/** The form in which the SDK takes "created, but not as it should be": it saves the properties and marks the resource. */
interface ResourceInitFailed extends Error {
  readonly id: string;
  readonly properties: object;
  readonly reasons: readonly string[];
}

/**
 * The error as the engine shows it: one text is all that reaches the user, so the hint and the code go into it. The
 * stack of an error that was written for a person is left out; the SDK would print it.
 */
export function providerError(error: unknown): Error {
  if (error instanceof HalfDone) return initFailed(error);
  if (!(error instanceof HoldfastError)) {
    const unforeseen = new Error(redact(error instanceof Error ? error.message : String(error)));
    if (error instanceof Error && error.stack) unforeseen.stack = redact(error.stack);
    return unforeseen;
  }
  const message = redact(`${sentence(error.message)} ${sentence(error.hint)} [${error.code}]`);
  return Object.assign(new Error(message), { stack: message });
}

function initFailed({ id, outputs, cause }: HalfDone<object>): ResourceInitFailed {
  const error = providerError(cause);
  return Object.assign(error, { id, properties: ownProperties(outputs), reasons: [error.message] });
}

function sentence(text: string): string {
  const start = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
