import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { typedError } from "../typed-error.ts";
import { type HealthLine, type Judged, notMeasured } from "./health-line.ts";

/** Errors of what is measured: ours, AWS's, the network's. Others are mistakes in this program and must be seen. */
function isOutside(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isOfAws = "$metadata" in error || error.name === "CredentialsProviderError";
  return error instanceof HoldfastError || isOfAws || ("code" in error && typeof error.code === "string");
}

/** A line of which nothing is known yet. */
export type UnjudgedLine = Pick<HealthLine, "id" | "project" | "bound">;

/**
 * Measures one line. What cannot be measured is said in its place, so that it hides no other line.
 * @throws what is no error of the thing measured, and the reason of the interruption
 */
export async function judgeLine(
  line: UnjudgedLine,
  measure: () => Promise<Judged> | Judged,
  signal?: AbortSignal,
): Promise<HealthLine> {
  signal?.throwIfAborted();
  try {
    return { ...line, ...(await measure()) };
  } catch (cause) {
    signal?.throwIfAborted();
    const error = typedError(cause, `The check of ${line.id}`);
    if (!isOutside(error)) throw error;
    // One line of a table: the first sentence of what others may word at length.
    const [first = ""] = redact(error.message).split("\n");
    return { ...line, ...notMeasured(first) };
  }
}
