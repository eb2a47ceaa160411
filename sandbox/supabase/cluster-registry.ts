import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createProjectCluster } from "./create-project-cluster.ts";
import { openProjectCluster } from "./open-project-cluster.ts";
import type { ProjectCluster } from "./project-cluster.ts";
import type { StateStore } from "./state/state-store.ts";
import { waitForOrphans } from "./wait-for-orphans.ts";

export interface ClusterOptions {
  readonly binDirectory: string;
  readonly walShipSeconds: number;
}

/** The clusters behind the projects, in `projects/<ref>/db`. */
export class ClusterRegistry {
  readonly #store: StateStore;
  readonly #options: ClusterOptions;
  readonly #open = new Map<string, ProjectCluster>();

  constructor(store: StateStore, options: ClusterOptions) {
    this.#store = store;
    this.#options = options;
  }

  get(ref: string): ProjectCluster | undefined {
    const cluster = this.#open.get(ref) ?? openProjectCluster(this.#directory(ref));
    if (cluster) this.#open.set(ref, cluster);
    return cluster;
  }

  async create(ref: string, password: string): Promise<ProjectCluster> {
    const { binDirectory, walShipSeconds } = this.#options;
    const directory = this.#directory(ref);
    if (existsSync(directory)) await waitForOrphans(directory);
    const cluster = await createProjectCluster({
      directory,
      ref,
      password,
      binDirectory,
      walShipSeconds: Math.max(1, Math.round(walShipSeconds)),
    });
    this.#open.set(ref, cluster);
    return cluster;
  }

  /** Ends the server and deletes everything of the project, backups too. */
  async remove(ref: string): Promise<void> {
    await this.get(ref)?.remove();
    this.#open.delete(ref);
    rmSync(this.#store.projectDirectory(ref), { recursive: true, force: true });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map((cluster) => cluster.stop()));
  }

  #directory(ref: string): string {
    return join(this.#store.projectDirectory(ref), "db");
  }
}
