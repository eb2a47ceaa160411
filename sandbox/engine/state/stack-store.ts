import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../engine-error.ts";
import type { StoredDeployment } from "./deployment-format.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

interface Checkpoint {
  readonly version: number;
  readonly checkpoint: { readonly stack: string; readonly latest?: StoredDeployment };
}

/** The files of a project's stacks, laid out as Pulumi's own file backend does. */
export class StackStore {
  readonly directory: string;
  readonly project: string;

  /** @param backend the directory that `file://` names */
  constructor(backend: string, project: string) {
    this.directory = join(backend, ".pulumi");
    this.project = project;
  }

  stackFile(stack: string): string {
    return join(this.directory, "stacks", this.project, `${stack}.json`);
  }

  historyDirectory(stack: string): string {
    return join(this.directory, "history", this.project, stack);
  }

  lockDirectory(stack: string): string {
    return join(this.directory, "locks", "organization", this.project, stack);
  }

  has(stack: string): boolean {
    return existsSync(this.stackFile(stack));
  }

  /** @throws EngineError in the words that the Automation API tells a missing stack by */
  require(stack: string): void {
    if (!this.has(stack)) throw new EngineError(`no stack named '${stack}' found`);
  }

  /** Names and last changes of the project's stacks. */
  list(): { readonly name: string; readonly modified: Date }[] {
    const directory = join(this.directory, "stacks", this.project);
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ name: name.slice(0, -5), modified: statSync(join(directory, name)).mtime }));
  }

  /** @returns the stored deployment; undefined for a stack that was never updated */
  read(stack: string): StoredDeployment | undefined {
    this.require(stack);
    const file = this.stackFile(stack);
    let parsed: Checkpoint;
    try {
      parsed = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
    } catch (error) {
      throw new EngineError(`the state file ${file} is no JSON; ${file}.bak holds the state before it`, {
        cause: error,
      });
    }
    if (parsed.version !== 3)
      throw new EngineError(`the state file ${file} has version ${parsed.version}, not 3`);
    return parsed.checkpoint.latest;
  }

  write(stack: string, latest: StoredDeployment | undefined): void {
    const content: Checkpoint = {
      version: 3,
      checkpoint: { stack: `organization/${this.project}/${stack}`, ...(latest ? { latest } : {}) },
    };
    this.#markBackend();
    writeFileAtomically(this.stackFile(stack), `${JSON.stringify(content, null, 4)}\n`);
  }

  /** Copies the state beside itself, before a run changes it. */
  backUp(stack: string): void {
    writeFileAtomically(`${this.stackFile(stack)}.bak`, readFileSync(this.stackFile(stack), "utf8"));
  }

  remove(stack: string): void {
    renameSync(this.stackFile(stack), `${this.stackFile(stack)}.bak`);
    rmSync(this.historyDirectory(stack), { recursive: true, force: true });
  }

  /** Tells the real command line that state lies here, by project. */
  #markBackend(): void {
    const file = join(this.directory, "meta.yaml");
    if (existsSync(file)) return;
    mkdirSync(this.directory, { recursive: true });
    writeFileAtomically(file, "version: 1\n");
  }
}
