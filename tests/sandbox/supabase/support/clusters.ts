import { setTimeout as sleep } from "node:timers/promises";
import { openPostgresServer } from "../../../../sandbox/servers/postgres-server.ts";
import { signalProcess } from "../../../../sandbox/servers/running-process.ts";
import {
  createProjectCluster,
  type ProjectClusterOptions,
} from "../../../../sandbox/supabase/create-project-cluster.ts";
import type { ProjectCluster } from "../../../../sandbox/supabase/project-cluster.ts";
import { findOrInstallPostgres } from "../../../../sandbox/tools/find-or-install-postgres.ts";
import { testDirectory } from "../../../support/servers.ts";

export interface TestCluster {
  readonly cluster: ProjectCluster;
  readonly directory: string;
}

const made: TestCluster[] = [];

// A run that ends without its hooks leaves no server behind.
process.once("exit", () => {
  for (const { directory } of made) {
    const pid = openPostgresServer(directory)?.pid();
    if (pid !== undefined) signalProcess(pid, "SIGQUIT");
  }
});

/** A project's cluster of the caller's own; `removeClusters` ends it. */
export async function createCluster(options: Partial<ProjectClusterOptions> = {}): Promise<TestCluster> {
  const { binDirectory } = await findOrInstallPostgres();
  const directory = options.directory ?? (await testDirectory("cluster"));
  const cluster = await createProjectCluster({
    ref: "abcdefghijklmnopqrst",
    password: "first password",
    binDirectory,
    ...options,
    directory,
  });
  made.push({ cluster, directory });
  return { cluster, directory };
}

/** Ends every cluster that this file of tests made. */
export async function removeClusters(): Promise<void> {
  await Promise.all(made.splice(0).map(({ cluster }) => cluster.remove()));
}

/** Waits until a whole second has begun, and returns it: what was committed before the call is before it. */
export async function nextSecond(): Promise<Date> {
  const second = Math.floor(Date.now() / 1000) * 1000 + 1000;
  while (Date.now() <= second) await sleep(second - Date.now() + 1);
  return new Date(second);
}

/** Waits until `target` can be recovered. */
export async function untilRecoverable(cluster: ProjectCluster, target: Date): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const window = await cluster.recoverableWindow();
    if (window && window.latest >= target) return;
    if (Date.now() > deadline)
      throw new Error(`${target.toISOString()} was not shipped: ${JSON.stringify(window)}`);
    await sleep(50);
  }
}

/** Adds a row to table `notes`, which it makes when needed. */
export async function addNote(cluster: ProjectCluster, text: string): Promise<void> {
  await cluster.query("CREATE TABLE IF NOT EXISTS public.notes (id bigserial, text text)");
  await cluster.query("INSERT INTO public.notes (text) VALUES ($1)", { parameters: [text] });
}

/** The texts of table `notes`, in order. */
export async function readNotes(cluster: ProjectCluster): Promise<string[]> {
  const [row] = await cluster.query(
    "SELECT coalesce(json_agg(text ORDER BY id), '[]') AS texts FROM public.notes",
  );
  return (row as { texts: string[] }).texts;
}

/** Notes before and after a second, which can be recovered when this returns. @returns the second */
export async function noteAround(cluster: ProjectCluster, before: string, after: string): Promise<Date> {
  await addNote(cluster, before);
  const second = await nextSecond();
  await addNote(cluster, after);
  await untilRecoverable(cluster, second);
  return second;
}
