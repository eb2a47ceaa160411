import { join } from "node:path";
import { openPostgresServer } from "../../sandbox/servers/postgres-server.ts";
import {
  type AddedProject,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../sandbox/supabase/simulator.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { testDirectory } from "./run-directory.ts";
import { stopAfterRun } from "./servers.ts";

/** A simulated Supabase, quick, with one organization of each plan: `holdfast-free`, `-pro`, `-team`, `-enterprise`. */
export interface TestSupabase extends Simulator {
  readonly directory: string;
  /** Adds a project of a fresh ref. @default without a cluster, in `holdfast-pro`. @returns its ref */
  add(project?: Partial<AddedProject>): Promise<string>;
}

let counter = 0;

/** A ref that no other test of this run uses. */
export function freshRef(): string {
  counter += 1;
  const letters = [...counter.toString(26)].map((digit) =>
    String.fromCharCode(97 + Number.parseInt(digit, 26)),
  );
  return letters.join("").padStart(20, "a");
}

/** A simulator of the caller's own, e.g. one to close and start again. Closed after the run with its clusters. */
export async function createSupabase(options: Partial<SimulatorOptions> = {}): Promise<TestSupabase> {
  const { binDirectory } = await findOrInstallPostgres();
  const directory = options.directory ?? (await testDirectory("s"));
  const simulator = await startSimulator({ binDirectory, ...options, directory });
  stopAfterRun({ pid: () => undefined, stop: () => simulator.close() });
  return {
    ...simulator,
    directory,
    add: async (project = {}) => {
      const ref = project.ref ?? freshRef();
      if (project.database === "cluster") stopClusterAfterRun(directory, ref);
      await simulator.addProject({
        name: `project-${ref.replace(/^a+/, "")}`,
        organization: "holdfast-pro",
        database: "none",
        ...project,
        ref,
      });
      return ref;
    },
  };
}

/** A run that ends without its hooks ends the clusters too. */
function stopClusterAfterRun(directory: string, ref: string): void {
  const server = () => openPostgresServer(join(directory, "projects", ref, "db"));
  stopAfterRun({ pid: () => server()?.pid(), stop: async () => server()?.stop() });
}

let shared: Promise<TestSupabase> | undefined;

/** The simulator that all tests of this run share; started by the first caller. Never close it; use projects of one's own. */
export function getSupabase(): Promise<TestSupabase> {
  shared ??= createSupabase();
  return shared;
}
