import type { CommandOption, CommandOptions, Positionals } from "./command-options.ts";

export interface HelpText {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: CommandOptions;
  readonly positionals?: Positionals | undefined;
  readonly examples: readonly string[];
}

/** What `--help` prints. */
export function commandHelp(help: HelpText): string {
  const rows: [string, string][] = Object.entries(help.options).map(([name, option]) => [
    label(name, option),
    describe(option),
  ]);
  if (help.positionals) {
    const { placeholder, description, choices } = help.positionals;
    rows.unshift([placeholder, choices ? `${description}: ${choices.join(", ")}` : description]);
  }
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    help.summary,
    "",
    `Usage: ${help.usage}`,
    "",
    "Options:",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...(help.examples.length > 0 ? ["", "Examples:", ...help.examples.map((example) => `  ${example}`)] : []),
    "",
    "Exit codes: 0 done, 1 failed, 2 wrong request or plan, 3 a finding that needs a person; 130 or 143 interrupted.",
  ].join("\n");
}

function label(name: string, option: CommandOption): string {
  return option.type === "boolean"
    ? `--${name}`
    : `--${name} ${option.placeholder ?? (option.type === "integer" ? "N" : "VALUE")}`;
}

function describe(option: CommandOption): string {
  if (option.type === "boolean") return option.description;
  const notes = [
    ...(option.type === "string" && option.choices ? [`one of ${option.choices.join(", ")}`] : []),
    ...(option.type === "integer" && option.max !== undefined ? [`${option.min ?? 0} to ${option.max}`] : []),
    ...(option.required ? ["required"] : []),
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
  ];
  return notes.length > 0 ? `${option.description} (${notes.join("; ")})` : option.description;
}
