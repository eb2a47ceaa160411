import * as local from "@pulumi/command/local/index.js";
import type * as pulumi from "@pulumi/pulumi";

export interface LocalScriptArgs {
  /** The script and its options. Every word is text of the program or `"$NAME"`: nothing else is read by the shell. */
  readonly command: readonly string[];
  /** The project's plan as JSON, without secrets; the script gets it as HOLDFAST_PLAN. */
  readonly plan: string;
  /** Other variables, without secrets. */
  readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
  /** It is run again when one of these changes, and never else. */
  readonly triggers: readonly pulumi.Input<string>[];
  /** The longest it may take, e.g. `6h`. */
  readonly timeout: string;
}

/** Nothing is to be done when the plan or a word of the command has changed: only `triggers` run it again. */
const NOTHING = ":";

/**
 * Runs one of the scripts where `pulumi up` runs, with the environment of that process: secrets are inherited by the
 * names that the plan gives them, and stand in no input and no state. What the script prints is not shown, and kept in
 * the state encrypted; where it fails, its error is shown, and the resource is tried again by the next run.
 * @see https://www.pulumi.com/registry/packages/command/api-docs/local/command/
 */
export function runLocally(
  name: string,
  { command, plan, variables = {}, triggers, timeout }: LocalScriptArgs,
  opts: pulumi.CustomResourceOptions,
): local.Command {
  return new local.Command(
    name,
    {
      create: ["node", ...command].join(" "),
      update: NOTHING,
      environment: { ...variables, HOLDFAST_PLAN: plan },
      triggers: [...triggers],
      logging: "none",
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      protect: false,
      retainOnDelete: false,
      additionalSecretOutputs: ["stdout", "stderr"],
      customTimeouts: { create: timeout },
    },
  );
}
