import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { type EngineOptions, pulumiCommand } from "../../../../sandbox/engine/pulumi-command.ts";
import { readWorld, type World, writeWorld } from "./world-thing.ts";

export const ROOT = join(import.meta.dirname, "../../../..");

/** The folder of one test's project, below the repository so that the SDK is found; its state and its world beside. */
export class EngineProject {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #options: EngineOptions;

  constructor(options: EngineOptions = {}) {
    const parent = join(ROOT, ".holdfast/tests");
    mkdirSync(parent, { recursive: true });
    this.directory = mkdtempSync(join(parent, `engine-${process.pid}-`));
    this.#options = options;
    mkdirSync(join(this.directory, "state"));
    this.environment = {
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}`,
      ENGINE_TEST_WORLD: this.worldFile,
    };
    writeWorld(this.worldFile);
  }

  get worldFile(): string {
    return join(this.directory, "world.json");
  }

  get stateFile(): string {
    return join(this.directory, "state/.pulumi/stacks/world/dev.json");
  }

  get stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  world(): World {
    return readWorld(this.worldFile);
  }

  /** The stack `dev` of the project `world`, with a program of this process. */
  stack(program: PulumiFn, environment: Readonly<Record<string, string>> = {}): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName: "dev", projectName: "world", program },
      {
        workDir: this.directory,
        pulumiCommand: pulumiCommand(this.#options),
        projectSettings: { name: "world", runtime: "nodejs", main: ROOT },
        envVars: { ...this.environment, ...environment },
      },
    );
  }

  /** The stack of the program that Pulumi.yaml in the folder names. */
  localStack(stackName: string): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName, workDir: this.directory },
      { pulumiCommand: pulumiCommand(this.#options), envVars: { ...this.environment } },
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
