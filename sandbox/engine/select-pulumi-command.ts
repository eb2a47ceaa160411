import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { ENGINE_MARK } from "./engine-version.ts";
import { type EngineOptions, pulumiCommand } from "./pulumi-command.ts";

/** What the Automation API is to run stacks with on this machine. */
export interface SelectedCommand {
  /** Whether it is the real command line. */
  readonly isReal: boolean;
  readonly command: PulumiCommand;
}

/**
 * The real `pulumi`, where it is on PATH and new enough for this SDK; else the sandbox's own engine, in this process
 * also where it is what PATH knows as `pulumi`.
 * @throws what the Automation API throws for a `pulumi` that is there and cannot be used
 */
export async function selectPulumiCommand(options: EngineOptions = {}): Promise<SelectedCommand> {
  const version = await promisify(execFile)("pulumi", ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  }).catch(() => undefined);
  if (version === undefined || version.stdout.includes(ENGINE_MARK))
    return { isReal: false, command: pulumiCommand(options) };
  return { isReal: true, command: await PulumiCommand.get() };
}
