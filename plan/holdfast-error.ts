/** What a caller may do with an error: 1 the work failed, 2 the request was wrong, 3 a finding. */
export type ExitCode = 1 | 2 | 3;

export interface HoldfastErrorInit {
  /** Stable, upper-case, for scripts and tests, e.g. `CHUNK_DAMAGED`. */
  readonly code: string;
  /** What failed, on what, and the bound. Never a secret. */
  readonly message: string;
  /** What the reader should do next, as an imperative sentence or a command. */
  readonly hint: string;
  /** @default 1 */
  readonly exitCode?: ExitCode;
  /** The same facts for a program: printed as `details` in `--json` mode. Never a secret. */
  readonly details?: readonly unknown[];
  readonly cause?: unknown;
}

/** An error written for the person who meets it: the command line prints message and hint, no stack. */
export class HoldfastError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly details: readonly unknown[] | undefined;

  constructor(init: HoldfastErrorInit) {
    super(init.message, { cause: init.cause });
    this.name = "HoldfastError";
    this.code = init.code;
    this.hint = init.hint;
    this.exitCode = init.exitCode ?? 1;
    this.details = init.details;
  }
}
