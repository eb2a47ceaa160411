/** What a run tells the program about itself. */
export interface ProgramContext {
  readonly project: string;
  readonly stack: string;
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  /** Decrypted, by qualified key. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Ends the program when the run has stopped. */
  readonly signal: AbortSignal;
  /** Gets what a program of its own process prints. */
  readonly onOutput: (line: string) => void;
}

/** Runs the program once. @returns why it failed; undefined when it ended well */
export type Program = (context: ProgramContext) => Promise<string | undefined>;
