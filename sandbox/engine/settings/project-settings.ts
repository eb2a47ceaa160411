import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { EngineError, unsupported } from "../engine-error.ts";

const Runtime = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown> })),
  z.object({ name: z.string(), options: z.record(z.string(), z.unknown()).default({}) }),
]);

const ProjectFile = z.object({
  name: z.string(),
  runtime: Runtime,
  main: z.string().optional(),
  backend: z.object({ url: z.string().optional() }).optional(),
  stackConfigDir: z.string().optional(),
  config: z.unknown().optional(),
  plugins: z.unknown().optional(),
});

/** What Pulumi.yaml says, as far as this engine reads it. */
export interface ProjectSettings {
  readonly name: string;
  /** Where Pulumi.yaml lies. */
  readonly directory: string;
  /** As written: a directory, or a file of the program. */
  readonly main: string | undefined;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  readonly backendUrl: string | undefined;
}

const NAMES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Reads the Pulumi.yaml of a directory or of the nearest one above.
 * @throws EngineError when there is none, it cannot be read, or its runtime is not nodejs
 */
export function readProjectSettings(from: string): ProjectSettings {
  const file = findProjectFile(from);
  const parsed = ProjectFile.safeParse(parse(readFileSync(file, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EngineError(`${file}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { name, runtime, main, backend, stackConfigDir, config, plugins } = parsed.data;
  if (runtime.name !== "nodejs") throw unsupported(`the runtime ${runtime.name} of ${file}`);
  if (stackConfigDir !== undefined) throw unsupported(`stackConfigDir of ${file}`);
  if (config !== undefined) throw unsupported(`config of ${file} (the project's own defaults)`);
  if (plugins !== undefined) throw unsupported(`plugins of ${file}`);
  return { name, directory: dirname(file), main, runtimeOptions: runtime.options, backendUrl: backend?.url };
}

function findProjectFile(from: string): string {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const found = NAMES.map((name) => join(directory, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (directory === dirname(directory))
      throw new EngineError(`no Pulumi.yaml project file found (searching upwards from ${from})`);
  }
}
