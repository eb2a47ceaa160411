import type { Progress } from "../../jobs/progress.ts";
import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";
import { commandHelp } from "./command-help.ts";
import { type CommandOptions, type OptionValues, type Positionals, readOptions } from "./command-options.ts";
import { debugAsked, describeError, type ErrorReport } from "./describe-error.ts";
import { type TerminalProgress, terminalProgress } from "./terminal-progress.ts";
import { limitTime, TIMEOUT_VARIABLE } from "./time-limit.ts";

export interface CommandContext {
  /** Aborted by SIGINT, SIGTERM and the time limit; its reason is a HoldfastError INTERRUPTED or TIMED_OUT. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether the caller reads one line of JSON instead of words. */
  readonly json: boolean;
  /** Words without a dash, where the command declares them. */
  readonly positionals: readonly string[];
  /** Writes a line for the person who watches: standard output, or standard error in JSON mode. */
  say(text: string): void;
  /** A bar for each step on a terminal, nothing elsewhere. */
  readonly progress: Progress;
}

export interface CommandResult {
  /** @default 0 */
  readonly exitCode?: 0 | 1 | 2 | 3;
  /** The JSON line of `--json`. @default {} */
  readonly result?: unknown;
  /** Printed at the end when the caller reads words. */
  readonly text?: string;
}

export interface Command<Options extends CommandOptions> {
  /** As in `npm run <name>`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly usage: string;
  /** `--json` and `--help` come on top. */
  readonly options: Options;
  readonly positionals?: Positionals;
  readonly examples: readonly string[];
  // biome-ignore lint/suspicious/noConfusingVoidType: a command that has nothing to report returns nothing
  run(options: OptionValues<Options>, context: CommandContext): Promise<CommandResult | void>;
}

const BUILT_IN = {
  json: { type: "boolean", description: "print one line of JSON at the end; words go to standard error" },
  help: { type: "boolean", description: "print this help" },
} as const satisfies CommandOptions;

/** Time an ended command gets to close what it left open before the process ends anyway. */
const LINGER_MILLISECONDS = 2_000;

/**
 * Runs a script: reads its options, prints help, words or one line of JSON, words errors without a stack, passes
 * signals on, and sets the exit code (0 done, 1 failed, 2 usage, 3 finding; 130 or 143 when interrupted).
 */
export async function runCommand<const Options extends CommandOptions>(
  command: Command<Options>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  endQuietlyOnClosedPipe();
  // Before the options are read, so that their errors come as JSON too.
  const json = args.includes("--json");
  const progress = await terminalProgress(process.stderr);
  const interruption = listenForSignals();
  const fail = (error: unknown) => {
    progress.stop();
    if (!interruption.signal.aborted) return report(describeError(error), error, json);
    report({ ...describeError(interruption.signal.reason), exitCode: interruption.exitCode() }, error, json);
  };
  process.on("uncaughtException", (error) => {
    fail(error);
    process.exit();
  });
  let callOffLimit = () => {};
  try {
    callOffLimit = limitTime(process.env[TIMEOUT_VARIABLE], {
      onTimeout: (reason) => interruption.abort(reason, 1),
      onGraceOver: (reason) => {
        fail(reason);
        process.exit();
      },
    });
    await execute(command, args, json, progress, interruption.signal);
  } catch (error) {
    fail(error);
  } finally {
    callOffLimit();
    interruption.stop();
    setTimeout(() => process.exit(), LINGER_MILLISECONDS).unref();
  }
}

async function execute<const Options extends CommandOptions>(
  command: Command<Options>,
  args: readonly string[],
  json: boolean,
  progress: TerminalProgress,
  signal: AbortSignal,
): Promise<void> {
  const options = { ...command.options, ...BUILT_IN };
  if (args.includes("--help")) {
    process.stdout.write(`${commandHelp({ ...command, options })}\n`);
    return;
  }
  const { values, positionals } = readOptions(args, options, command.positionals);
  const say = (text: string) => {
    // On a terminal both streams meet on one screen, and only one of them knows about the bars.
    if (json || process.stdout.isTTY) progress.say(redact(text));
    else process.stdout.write(`${redact(text)}\n`);
  };
  const context = { signal, clock: () => new Date(), json, positionals, say, progress: progress.report };
  const { exitCode = 0, result = {}, text } = (await command.run(values, context)) ?? {};
  progress.stop();
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (text !== undefined) process.stdout.write(`${redact(text)}\n`);
  process.exitCode = exitCode;
}

function report(described: ErrorReport, error: unknown, json: boolean): void {
  const { exitCode, ...facts } = described;
  if (json) process.stdout.write(`${JSON.stringify({ error: facts })}\n`);
  else process.stderr.write(`error ${facts.code}: ${facts.message}\nfix: ${facts.hint}\n`);
  if (debugAsked() && error instanceof Error) process.stderr.write(`${redact(error.stack ?? "")}\n`);
  process.exitCode = exitCode;
}

interface Interruption {
  readonly signal: AbortSignal;
  /** As shells count them, 128 and the signal's number; or what it was aborted with. */
  exitCode(): number;
  abort(reason: HoldfastError, exitCode: number): void;
  stop(): void;
}

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

function listenForSignals(): Interruption {
  const controller = new AbortController();
  let code: number = SIGNAL_EXIT_CODES.SIGINT;
  const onSignal = (name: NodeJS.Signals) => {
    code = name === "SIGINT" ? SIGNAL_EXIT_CODES.SIGINT : SIGNAL_EXIT_CODES.SIGTERM;
    // A second one means that the orderly end takes too long for the person who asks.
    if (controller.signal.aborted) process.exit(code);
    controller.abort(
      new HoldfastError({
        code: "INTERRUPTED",
        message: `Interrupted by ${name} before the work was done`,
        hint: "Run the same command again; what was half done is cleaned up or taken up.",
      }),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    exitCode: () => code,
    abort: (reason, exitCode) => {
      if (controller.signal.aborted) return;
      code = exitCode;
      controller.abort(reason);
    },
    stop: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/** `… | head` closes our output before we are done; that is no failure. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit();
    });
  }
}
