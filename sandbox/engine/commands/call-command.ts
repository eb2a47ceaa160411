import { userInfo } from "node:os";
import { unsupported } from "../engine-error.ts";
import { ENGINE_VERSION } from "../engine-version.ts";
import { type Command, CommandCall, type CommandCallOptions } from "./command-call.ts";
import { configGet, configList, configRemove, configSet, configSetAll } from "./config-commands.ts";
import {
  stackExport,
  stackHistory,
  stackImport,
  stackInit,
  stackList,
  stackOutput,
  stackRemove,
  stackSelect,
} from "./stack-commands.ts";

type RunName = keyof typeof import("./run-commands.ts");

/** What runs a program needs the protocol's modules, which the other commands are started without. */
const running =
  (name: RunName): Command =>
  async (call) =>
    await (await import("./run-commands.ts"))[name](call);

/** Longest command first: `config set-all` before `config set`, and that before `config`. */
const COMMANDS: readonly (readonly [words: string, command: Command])[] = [
  ["stack init", stackInit],
  ["stack select", stackSelect],
  ["stack ls", stackList],
  ["stack rm", stackRemove],
  ["stack output", stackOutput],
  ["stack history", stackHistory],
  ["stack export", stackExport],
  ["stack import", stackImport],
  ["config get", configGet],
  ["config set", configSet],
  ["config set-all", configSetAll],
  ["config rm", configRemove],
  ["config rm-all", configRemove],
  ["config", configList],
  ["up", running("up")],
  ["preview", running("preview")],
  ["refresh", running("refresh")],
  ["destroy", running("destroy")],
  ["cancel", running("cancel")],
  ["version", async (call) => call.print(`v${ENGINE_VERSION}`)],
  ["whoami", async (call) => call.printJson({ user: userInfo().username, url: "file://" })],
  ["plugin ls", async (call) => call.printJson([])],
];

/**
 * One call of the command line, as it is typed. Why it failed is told on its standard error, too.
 * @throws EngineError what the command throws, and for a command that is not supported
 */
export async function callCommand(options: CommandCallOptions): Promise<void> {
  try {
    const { command, rest } = findCommand(options.argv);
    await command(new CommandCall({ ...options, argv: rest }));
  } catch (error) {
    options.warn(`error: ${(error as Error).message}\n`);
    throw error;
  }
}

function findCommand(argv: readonly string[]): {
  readonly command: Command;
  readonly rest: readonly string[];
} {
  for (const [words, command] of COMMANDS) {
    const parts = words.split(" ");
    if (parts.every((part, index) => argv[index] === part)) {
      const isGroup = words === "config" && argv[1] !== undefined && !argv[1].startsWith("-");
      if (!isGroup) return { command, rest: argv.slice(parts.length) };
    }
  }
  const named = argv.filter((word) => !word.startsWith("-")).slice(0, 2);
  throw unsupported(`the command \`pulumi ${named.join(" ")}\``);
}
