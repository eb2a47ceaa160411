import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { replaceFile } from "../../replace-file.ts";
import { faultShape } from "../fault.ts";
import { organizationShape } from "./organization.ts";
import { type ProjectRecord, projectShape } from "./project-record.ts";

const platformShape = z.object({
  token: z.string(),
  /** Whoever owns the token. */
  userId: z.uuid(),
  organizations: z.array(organizationShape),
  faults: z.array(faultShape),
});

export type PlatformState = z.infer<typeof platformShape>;

const FIRST_ID = 700_001;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const read = <T>(shape: z.ZodType<T>, file: string): T => shape.parse(JSON.parse(readFileSync(file, "utf8")));

/**
 * What the platform remembers, each change on disk before it is answered: `state.json` for itself and one for each
 * project in `projects/<ref>/`, so that the cost of a change does not grow with the number of projects. The files hold
 * secrets and are their owner's alone; the directories can be passed through, which PostgreSQL's account has to.
 */
export class StateStore {
  readonly directory: string;
  readonly platform: PlatformState;
  readonly #projects = new Map<string, ProjectRecord>();
  #lastId = FIRST_ID - 1;

  /** @param initial used when the directory is new */
  constructor(directory: string, initial: () => PlatformState) {
    this.directory = resolve(directory);
    mkdirSync(join(this.directory, "projects"), { recursive: true });
    for (const open of [this.directory, join(this.directory, "projects")]) chmodSync(open, 0o711);
    const file = this.#platformFile();
    this.platform = existsSync(file) ? read(platformShape, file) : initial();
    this.savePlatform();
    for (const ref of readdirSync(join(this.directory, "projects"))) {
      const projectFile = this.#projectFile(ref);
      if (!existsSync(projectFile)) continue;
      const project = read(projectShape, projectFile);
      this.#projects.set(ref, project);
      this.#lastId = Math.max(this.#lastId, project.id);
    }
  }

  /** The number of the next project, unlike that of any that is there. */
  nextProjectId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** In the order of their creation. */
  projects(): readonly ProjectRecord[] {
    return [...this.#projects.values()].sort((a, b) => a.id - b.id);
  }

  find(ref: string): ProjectRecord | undefined {
    return this.#projects.get(ref);
  }

  projectDirectory(ref: string): string {
    return join(this.directory, "projects", ref);
  }

  savePlatform(): void {
    replaceFile(this.#platformFile(), json(this.platform), 0o600);
  }

  /** Saves a new or changed project. */
  save(project: ProjectRecord): void {
    const directory = this.projectDirectory(project.ref);
    if (!this.#projects.has(project.ref)) mkdirSync(directory, { recursive: true, mode: 0o711 });
    replaceFile(this.#projectFile(project.ref), json(project), 0o600);
    this.#projects.set(project.ref, project);
  }

  /** Forgets the project; its directory goes with `sweep`, once nothing runs in it. */
  forget(ref: string): void {
    rmSync(this.#projectFile(ref), { force: true });
    this.#projects.delete(ref);
  }

  /** Directories of projects that were forgotten: a killed process may not have come to remove them. */
  forgotten(): readonly string[] {
    return readdirSync(join(this.directory, "projects")).filter((ref) => !this.#projects.has(ref));
  }

  #platformFile(): string {
    return join(this.directory, "state.json");
  }

  #projectFile(ref: string): string {
    return join(this.projectDirectory(ref), "state.json");
  }
}
