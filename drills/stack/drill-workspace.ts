import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, relative, resolve } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/** Where the dynamic resources' modules and the SDK are found from. */
const PRODUCT = resolve(import.meta.dirname, "../..");
const PROJECT = "holdfast-drills";

export interface DrillWorkspace {
  /** A URL, or absent for Pulumi's own choice. */
  readonly backend?: string | undefined;
  /** @default this process's */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Makes the stack of a drill by Pulumi's Automation API. What Pulumi writes down beside the state lies in a folder by the
 * stack's name below the system's temporary one.
 *
 * @param program what it declares
 * @throws HoldfastError DRILL_PULUMI_MISSING, DRILL_PASSPHRASE_MISSING (exit 2), DRILL_STATE_UNREACHABLE
 */
export async function makeWorkspaceStack(
  stackName: string,
  place: DrillWorkspace,
  program: () => Promise<Record<string, unknown>>,
): Promise<Stack> {
  const options = await workspaceOptions(stackName, place);
  const names = { stackName, projectName: PROJECT, program };
  return withoutQuestions(await LocalWorkspace.createStack(names, options).catch(unreachable));
}

/**
 * Opens the stack of a drill to destroy it, also one that another machine made.
 * @returns undefined when there is none
 * @throws as `makeWorkspaceStack`
 */
export async function findWorkspaceStack(
  stackName: string,
  place: DrillWorkspace,
): Promise<Stack | undefined> {
  const options = await workspaceOptions(stackName, place);
  const names = { stackName, projectName: PROJECT, program: async () => ({}) };
  try {
    return withoutQuestions(await LocalWorkspace.selectStack(names, options));
  } catch (error) {
    return error instanceof StackNotFoundError ? undefined : unreachable(error);
  }
}

/** Removes what was written down beside the state. */
export function forgetWorkspace(stackName: string): void {
  rmSync(folderOf(stackName), { recursive: true, force: true });
}

/** After each update the API asks for outputs and history by three more commands, which nobody reads. */
function withoutQuestions(stack: Stack): Stack {
  stack.outputs = async () => ({});
  stack.info = async () => undefined;
  return stack;
}

/** The names of all stacks of drills that the backend holds. @throws as `openWorkspaceStack` */
export async function listWorkspaceStacks(place: DrillWorkspace): Promise<string[]> {
  // Of this listing alone: another writes the settings anew while this one reads them.
  const folder = `list-${randomUUID()}`;
  const options = await workspaceOptions(folder, place);
  try {
    const workspace = await LocalWorkspace.create(options).catch(unreachable);
    const stacks = await workspace.listStacks().catch(unreachable);
    return stacks.map(({ name }) => name.split("/").at(-1) ?? name);
  } finally {
    forgetWorkspace(folder);
  }
}

/** Of one user each: a folder that another has made is closed. */
const folderOf = (stackName: string) =>
  join(tmpdir(), `holdfast-drills-${process.getuid?.() ?? userInfo().username}`, stackName);

let command: Promise<PulumiCommand> | undefined;

async function workspaceOptions(name: string, { backend, environment = process.env }: DrillWorkspace) {
  requirePassphrase(backend ?? environment.PULUMI_BACKEND_URL, environment);
  command ??= PulumiCommand.get().catch((cause: Error) => {
    command = undefined;
    throw pulumiMissing(cause);
  });
  const pulumiCommand = await command;
  const workDir = folderOf(name);
  mkdirSync(workDir, { recursive: true, mode: 0o700 });
  return {
    workDir,
    pulumiCommand,
    projectSettings: {
      name: PROJECT,
      runtime: "nodejs",
      main: relative(workDir, PRODUCT),
    },
    // It goes before the project's own setting, so that this is where the plan's place belongs.
    ...(backend === undefined ? {} : { envVars: { PULUMI_BACKEND_URL: backend } }),
  };
}

/** State in a folder or bucket is encrypted with a passphrase, by which a later run must be able to read it. */
function requirePassphrase(backend: string | undefined, environment: NodeJS.ProcessEnv): void {
  if (backend === undefined || /^https:/.test(backend)) return;
  if (environment.PULUMI_CONFIG_PASSPHRASE !== undefined || environment.PULUMI_CONFIG_PASSPHRASE_FILE) return;
  throw new HoldfastError({
    code: "DRILL_PASSPHRASE_MISSING",
    message: "The state of drills is kept encrypted, and no passphrase is given. Nothing was made.",
    hint: "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the one of all drills of this environment.",
    exitCode: 2,
  });
}

function pulumiMissing(cause: Error): HoldfastError {
  return new HoldfastError({
    code: "DRILL_PULUMI_MISSING",
    message: "A drill makes its target with Pulumi, and pulumi cannot be run. Nothing was made.",
    hint: "Install the Pulumi CLI (https://www.pulumi.com/docs/install/) and put it on PATH.",
    exitCode: 2,
    cause,
  });
}

function unreachable(cause: unknown): never {
  const [first = ""] =
    (cause instanceof Error ? cause.message : String(cause)).split("stderr:").at(-1)?.trim().split("\n") ??
    [];
  throw new HoldfastError({
    code: "DRILL_STATE_UNREACHABLE",
    message: `Pulumi cannot read or write the state of drills: ${first}`,
    hint: "Check drills.backend of the plan (else PULUMI_BACKEND_URL or pulumi login), and the passphrase.",
    cause,
  });
}
