import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { EngineError, unsupported } from "../engine-error.ts";
import { startNode } from "../plugins/start-node.ts";
import type { ProjectSettings } from "../settings/project-settings.ts";
import type { Program, ProgramContext } from "./program.ts";

/** The program has told why itself. */
const ALREADY_TOLD = 32;

/** Where the program lies, and what of it is run: `.` lets package.json say. */
export function programOf({ directory, main }: ProjectSettings): {
  readonly directory: string;
  readonly entry: string;
} {
  const path = resolve(directory, main ?? ".");
  if (!existsSync(path)) throw new EngineError(`main of Pulumi.yaml names ${path}, which does not exist`);
  if (statSync(path).isDirectory()) return { directory: path, entry: "." };
  return { directory: dirname(path), entry: path };
}

/** The program of Pulumi.yaml, in a process of its own, started as Pulumi's Node.js host does. */
export function localProgram(project: ProjectSettings, environment: NodeJS.ProcessEnv): Program {
  const { typescript = true, nodeargs, packagemanager: _, ...others } = project.runtimeOptions;
  const [other] = Object.keys(others);
  if (other !== undefined) throw unsupported(`the runtime option ${other} of Pulumi.yaml`);
  if (nodeargs !== undefined) throw unsupported("the runtime option nodeargs of Pulumi.yaml");
  const { directory, entry } = programOf(project);
  return async (context) => {
    const runner = createRequire(join(directory, "program.js")).resolve("@pulumi/pulumi/cmd/run");
    const argv = [runner, ...argumentsOf(context, project.directory, directory), entry];
    const child = startNode(argv, {
      directory,
      environment: {
        ...environment,
        PULUMI_NODEJS_TYPESCRIPT: String(typescript),
        PULUMI_CONFIG: JSON.stringify(context.config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(context.secretKeys),
      },
    });
    const kill = (): void => void child.kill("SIGKILL");
    context.signal.addEventListener("abort", kill, { once: true });
    if (context.signal.aborted) kill();
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", context.onOutput);
    return new Promise((done) => {
      child.once("error", (error) => done(`the program did not start: ${error.message}`));
      child.once("close", (code, signal) => {
        if (code === 0) done(undefined);
        else if (code === ALREADY_TOLD) done("the program failed");
        else done(`the program ended with ${signal ?? `exit code ${code}`}`);
      });
    });
  };
}

function argumentsOf(context: ProgramContext, root: string, directory: string): string[] {
  return [
    `--monitor=${context.monitorAddress}`,
    `--engine=${context.engineAddress}`,
    `--project=${context.project}`,
    `--stack=${context.stack}`,
    "--organization=organization",
    `--root-directory=${root}`,
    `--parallel=${context.parallel}`,
    ...(context.dryRun ? ["--dry-run"] : []),
    `--pwd=${directory}`,
  ];
}
