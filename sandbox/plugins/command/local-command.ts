import { randomBytes } from "node:crypto";
import { compareInputs } from "../../engine/deployment/compare-inputs.ts";
import { isList, isMap, type PropertyMap, UNKNOWN } from "../../engine/protocol/property-value.ts";
import type { ChangeCall, CheckCall, CheckOutcome, DiffOutcome, PluginResource } from "../plugin-provider.ts";
import { type CommandSettings, runCommand } from "./run-command.ts";

type Kind = "text" | "texts" | "list" | "map" | "flag";

const PROPERTIES: Readonly<Record<string, Kind>> = {
  create: "text",
  update: "text",
  delete: "text",
  dir: "text",
  stdin: "text",
  logging: "text",
  interpreter: "texts",
  environment: "map",
  triggers: "list",
  addPreviousOutputInEnv: "flag",
};
const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"];
const NO_OUTPUT = { stdout: "", stderr: "" };
const NO_DIFF = { changes: "none", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false } as const;

/**
 * A command that is run where the resource is made, changed and removed. What it prints is kept as outputs.
 * Only other `triggers` replace it; any other change runs `update`, or `create` where there is none.
 * Files cannot be collected (`assetPaths`, `archivePaths`).
 * @see https://www.pulumi.com/registry/packages/command/api-docs/local/command/
 */
export const localCommand: PluginResource = {
  check,
  diff,
  create: async ({ name, inputs, secrets, timeoutSeconds }) => {
    const printed = await run(inputs.create, inputs, NO_OUTPUT, secrets, timeoutSeconds);
    return { id: name + randomBytes(4).toString("hex"), outputs: { ...inputs, ...printed } };
  },
  update: async ({ news, outputs, secrets, timeoutSeconds }) => {
    const before = printedBefore(outputs);
    const printed = await run(news.update ?? news.create, news, before, secrets, timeoutSeconds);
    return { outputs: { ...news, ...printed } };
  },
  // What a command has done cannot be looked at.
  read: async ({ id, inputs, outputs }) => ({ id, inputs, outputs }),
  delete: async ({ outputs, secrets, timeoutSeconds }) => {
    await run(outputs.delete, outputs, printedBefore(outputs), secrets, timeoutSeconds);
  },
  secretWithInputs: ["stdout", "stderr"],
  unknownInUpdate: ["stdout", "stderr"],
};

interface Printed extends PropertyMap {
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  command: unknown,
  inputs: PropertyMap,
  before: Printed,
  secrets: readonly string[],
  timeoutSeconds: number,
): Promise<Printed> {
  if (typeof command !== "string") return before;
  const environment = { ...(isMap(inputs.environment) ? inputs.environment : {}) };
  const previous =
    inputs.addPreviousOutputInEnv === false
      ? {}
      : {
          ...(before.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: before.stdout }),
          ...(before.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: before.stderr }),
        };
  // The check has seen to it that they are what they are taken for.
  const settings = { ...inputs, environment: { ...environment, ...previous } } as CommandSettings;
  return { ...(await runCommand(command, settings, { secrets, timeoutSeconds })) };
}

function printedBefore({ stdout, stderr }: PropertyMap): Printed {
  return { stdout: String(stdout ?? ""), stderr: String(stderr ?? "") };
}

function diff({ inputs, news }: ChangeCall): DiffOutcome {
  const changed = compareInputs(inputs, news, NO_DIFF).changedKeys;
  return { changed, replaces: changed.filter((key) => key === "triggers") };
}

function check({ news }: CheckCall): CheckOutcome {
  const failures = Object.entries(news).flatMap(([property, value]) => {
    const reason = value === UNKNOWN ? undefined : problem(property, value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  return { inputs: news, failures };
}

function problem(property: string, value: unknown): string | undefined {
  if (property === "assetPaths" || property === "archivePaths") return "files are not collected here";
  switch (PROPERTIES[property]) {
    case undefined:
      return `is no property of a command; there are ${Object.keys(PROPERTIES).join(", ")}`;
    case "text":
      if (typeof value !== "string") return "must be text";
      if (property !== "logging" || LOGGING.includes(value)) return;
      return `must be one of ${LOGGING.join(", ")}`;
    case "flag":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "map":
      return isMap(value as PropertyMap) && Object.values(value as PropertyMap).every(isText)
        ? undefined
        : "must be a map of texts";
    case "texts":
      return isList(value as string[]) && (value as string[]).every(isText)
        ? undefined
        : "must be a list of texts";
    case "list":
      return isList(value as string[]) ? undefined : "must be a list";
  }
}

const isText = (value: unknown): boolean => typeof value === "string";
