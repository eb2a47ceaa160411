import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { LocalWorkspace, type OpMap } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { selectPulumiCommand } from "../engine/select-pulumi-command.ts";
import type { Sandbox } from "../sandbox.ts";
import { replaceFile } from "../sandbox-state.ts";

/** The program that a person's own stack runs too. */
const PROGRAM = resolve(import.meta.dirname, "../../index.ts");
const STACK = "sandbox";

/** What `pulumi up` did with the plan. */
export interface AppliedPlan {
  /** The real Pulumi, or the engine for this machine. */
  readonly engine: "pulumi" | "sandbox";
  /** Resources by what was done to them: created, updated, same. */
  readonly changes: OpMap;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Applies the sandbox's plan as a stack: the unmodified program under Pulumi's Automation API, with state, passphrase
 * and configuration in the sandbox's folder. A second call changes nothing.
 */
export async function applyPlan(sandbox: Sandbox, signal: AbortSignal): Promise<AppliedPlan> {
  const directory = join(sandbox.directory, "stack");
  mkdirSync(join(directory, "state"), { recursive: true });
  writeProject(directory, parse(await readFile(sandbox.planFile, "utf8")));
  const { command, isReal } = await selectPulumiCommand();
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: STACK, workDir: directory },
    {
      pulumiCommand: command,
      envVars: { ...sandbox.environment, PULUMI_CONFIG_PASSPHRASE: passphrase(directory) },
    },
  );
  const { summary, outputs } = await stack.up({ signal });
  const shown = Object.entries(outputs).filter(([, { secret }]) => !secret);
  return {
    engine: isReal ? "pulumi" : "sandbox",
    changes: summary.resourceChanges ?? {},
    outputs: Object.fromEntries(shown.map(([name, { value }]) => [name, value])),
  };
}

function writeProject(directory: string, plan: unknown): void {
  const project = {
    name: "holdfast",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: relative(directory, PROGRAM),
    backend: { url: `file://${join(directory, "state")}` },
  };
  replaceFile(join(directory, "Pulumi.yaml"), stringify(project));
  const file = join(directory, `Pulumi.${STACK}.yaml`);
  // The salt of the passphrase is in there too, once the stack exists.
  const settings: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  replaceFile(file, stringify({ ...(settings as object), config: { "holdfast:plan": plan } }));
}

function passphrase(directory: string): string {
  const file = join(directory, "passphrase");
  if (!existsSync(file)) replaceFile(file, randomBytes(18).toString("base64url"), 0o600);
  return readFileSync(file, "utf8");
}
