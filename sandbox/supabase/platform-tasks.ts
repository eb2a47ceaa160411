import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "../../plan/redact.ts";
import { coverSecond } from "./cover-second.ts";
import type { Platform } from "./platform.ts";
import type { ProjectCluster } from "./project-cluster.ts";
import type { ProjectTasks } from "./project-tasks.ts";
import type { ProjectRecord, ProjectTask } from "./state/project-record.ts";

const STUCK_LOOK_MILLISECONDS = 50;
/** Clusters that are started at once when the simulator starts. */
const STARTS_AT_ONCE = 4;

/** Statuses of a project whose database runs. */
const isUp = ({ status }: ProjectRecord): boolean => !["INACTIVE", "INIT_FAILED"].includes(status);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes, restarts and rewinds the projects' clusters. Each step may be done twice, so that a task which was cut off by
 * the end of the process is done again by the next.
 */
export class PlatformTasks implements ProjectTasks {
  readonly #platform: Platform;
  readonly #running = new Set<Promise<void>>();
  readonly #end = new AbortController();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  start(project: ProjectRecord, task: Omit<ProjectTask, "startedAt" | "doneAt" | "failed">): void {
    const startedAt = this.#platform.clock().toISOString();
    this.#platform.store.save({ ...project, task: { ...task, startedAt } });
    this.#track(this.#run(project.ref));
  }

  also(work: () => Promise<void>): void {
    this.#track(work());
  }

  async resume(): Promise<void> {
    const { store, clusters } = this.#platform;
    for (const ref of store.forgotten()) await clusters.remove(ref);
    const waiting = [...this.#platform.projects()].filter(({ database }) => database === "cluster");
    const startSome = async (): Promise<void> => {
      for (let project = waiting.shift(); project; project = waiting.shift()) {
        if (isUp(project)) await this.#startCluster(project.ref);
      }
    };
    await Promise.all(Array.from({ length: STARTS_AT_ONCE }, startSome));
    for (const { ref, task } of this.#platform.projects())
      if (task && task.doneAt === undefined) this.#track(this.#run(ref));
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  /** A cluster that does not start is its project's trouble, not that of the others: the project shows as unhealthy. */
  async #startCluster(ref: string): Promise<void> {
    try {
      await this.#platform.clusters.get(ref)?.start();
    } catch (error) {
      process.stderr.write(`project ${ref} does not start: ${redact(reasonOf(error))}\n`);
      this.#platform.update(ref, { lastFailure: reasonOf(error) });
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #run(ref: string): Promise<void> {
    const { task, database } = this.#platform.project(ref);
    if (!task) return;
    let failure: string | undefined;
    try {
      if (database === "cluster") await this.#work(ref, task);
      else await this.#stuck(ref, task);
      if (task.fault === "restore-failed") throw new Error("the recovery was told to fail");
    } catch (error) {
      failure = reasonOf(error);
    }
    if (this.#end.signal.aborted) return;
    const { password: _, ...kept } = task;
    const done = { ...kept, doneAt: this.#platform.clock().toISOString(), failed: failure !== undefined };
    this.#platform.update(ref, { task: done, ...(failure === undefined ? {} : { lastFailure: failure }) });
  }

  async #work(ref: string, task: ProjectTask): Promise<void> {
    const { clusters } = this.#platform;
    if (task.kind === "create") {
      const cluster = await clusters.create(ref, task.password ?? "");
      if ((await cluster.listBaseBackups()).length === 0) await cluster.takeBaseBackup();
      return;
    }
    const cluster = clusters.get(ref);
    if (!cluster) throw new Error(`project ${ref} has no cluster`);
    if (task.kind === "restore") return this.#restore(ref, task, cluster);
    if (task.kind !== "unpause") await cluster.stop();
    if (task.kind !== "pause") await cluster.start();
    // As after a recovery: WAL from before is of no use to whoever starts from a changed server.
    if (task.kind === "resize") await cluster.takeBaseBackup();
  }

  async #restore(ref: string, task: ProjectTask, cluster: ProjectCluster): Promise<void> {
    if (this.#isStuck(ref, task)) await cluster.stop();
    await this.#stuck(ref, task);
    await cluster.start();
    if (task.fault !== undefined || task.targetSeconds === undefined) return;
    await coverSecond(cluster, task.targetSeconds, this.#end.signal);
    await cluster.rewind(new Date(task.targetSeconds * 1000), { signal: this.#end.signal });
  }

  #isStuck(ref: string, { kind }: ProjectTask): boolean {
    return kind === "restore" && this.#platform.faults.findForProject(ref, "stuck-restoring") !== undefined;
  }

  async #stuck(ref: string, task: ProjectTask): Promise<void> {
    while (this.#isStuck(ref, task))
      await sleep(STUCK_LOOK_MILLISECONDS, undefined, { signal: this.#end.signal });
  }
}
