import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { typedError } from "../typed-error.ts";
import type { Verdict } from "../verdict.ts";
import type { CheckpointCheck, CheckpointPart } from "./checkpoint-check.ts";

/** What a checkpoint has found so far. A step that fails is a finding: the sheet is made all the same. */
export class Findings {
  readonly checks: CheckpointCheck[] = [];
  readonly notChecked: string[] = [];
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  add(part: CheckpointPart, name: string, verdict: Verdict, detail: string): void {
    this.checks.push({ part, name, verdict, detail });
  }

  /**
   * @param options.verdict of a step that failed @default "FAIL"
   * @param options.refuses whether a wrong request is still refused instead of found @default false
   * @returns undefined when the step failed
   * @throws HoldfastError of a wrong request, and the interruption
   */
  async attempt<Value>(
    part: CheckpointPart,
    name: string,
    work: () => Promise<Value>,
    options: { readonly verdict?: "FAIL" | "PARTIAL"; readonly refuses?: boolean } = {},
  ): Promise<Value | undefined> {
    this.#signal?.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      this.#signal?.throwIfAborted();
      const error = typedError(cause, `The step "${name}"`, this.#signal);
      if (!(error instanceof HoldfastError) || (options.refuses && error.exitCode === 2)) throw error;
      const detail = redact(`${error.code}: ${error.message} ${error.hint}`);
      this.add(part, name, options.verdict ?? "FAIL", detail);
      return undefined;
    }
  }
}
