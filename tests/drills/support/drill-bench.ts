import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE } from "../../support/plan-file.ts";
import { type ScriptRun, type StartedScript, startScript } from "../../support/run-script.ts";
import { getPostgres, testDirectory } from "../../support/servers.ts";

const SANDBOX_BIN = resolve(import.meta.dirname, "../../../sandbox/bin");
const SERVER_VARIABLE = "DRILL_SERVER_URL";

export interface DrillBench {
  readonly bench: JobBench;
  /** Address of the database. */
  readonly source: string;
  /** Of the point that is there. */
  readonly point: string;
  /** What the drills' command is run with; PATH leads to the sandbox's engine. */
  readonly variables: NodeJS.ProcessEnv;
  /** Writes a plan with these in place of its own. @returns its path */
  planFile(overrides?: {
    drills?: object;
    project?: object;
    vault?: object;
    supabase?: object;
  }): Promise<string>;
  start(plan: string, args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<StartedScript>;
  run(plan: string, args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<ScriptRun>;
  /** The folder that holds the state of stacks. */
  readonly states: string;
  /** Names of stacks that the backend knows. */
  stacks(): string[];
  /** Databases and roles of drills on the server. */
  remains(): Promise<unknown[]>;
  /** Bodies of the evidence of drills, oldest first. */
  evidence(): Promise<Record<string, unknown>[]>;
}

/** A small database, a point of it in a vault, and a server that drills restore into. */
export async function createDrillBench(): Promise<DrillBench> {
  const bench = await createJobBench();
  const source = await createDatabase();
  await query(
    source,
    "CREATE TABLE customers (id int PRIMARY KEY, name text); INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 300) n",
  );
  const { manifest } = await bench.backup(source);
  const states = join(await testDirectory("drills"), "state");
  mkdirSync(states);
  const { url } = await getPostgres();
  const variables = {
    [SERVER_VARIABLE]: url("postgres"),
    [PROJECT_VARIABLE]: "postgresql://nobody:nothing@127.0.0.1:1/gone",
    PULUMI_CONFIG_PASSPHRASE: "of the tests",
    PATH: [SANDBOX_BIN, dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  const start: DrillBench["start"] = (plan, args, others = {}) =>
    startScript("drill", ["--plan", plan, ...args], { ...variables, ...others });
  return {
    bench,
    source,
    point: manifest.id,
    variables,
    planFile: async ({ drills, project, vault, supabase } = {}) => {
      const { environment, ...settings } = bench.settings;
      const file = join(await testDirectory("plan"), "plan.yaml");
      const plan = {
        environment,
        vault: { ...settings, ...vault },
        ...(supabase && { supabase }),
        job: { workers: 2 },
        drills: {
          target: { kind: "server", connection: { env: SERVER_VARIABLE } },
          backend: `file://${states}`,
          ...drills,
        },
        projects: [
          {
            name: PLANNED_PROJECT,
            kind: "postgres",
            connection: { env: PROJECT_VARIABLE },
            ...project,
          },
        ],
      };
      writeFileSync(file, JSON.stringify(plan));
      return file;
    },
    start,
    run: async (...args) => await (await start(...args)).ended,
    states,
    stacks: () => stacksIn(states),
    remains: () =>
      query(
        url("postgres"),
        "SELECT datname AS name FROM pg_database WHERE datname LIKE 'drill%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE '%drill%'",
      ),
    evidence: async () =>
      (await listEvidence(bench.vault))
        .map((record) => record as { kind: string; body: Record<string, unknown> })
        .filter(({ kind }) => kind === "drill")
        .map(({ body }) => body),
  };
}

function stacksIn(states: string): string[] {
  try {
    const names = readdirSync(join(states, ".pulumi/stacks/holdfast-drills"));
    return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
  } catch {
    return [];
  }
}
