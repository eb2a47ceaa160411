import assert from "node:assert/strict";
import pg from "pg";
import { runWorkers } from "../../jobs/run-workers.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { createDatabase, query } from "../support/databases.ts";
import {
  createHostileDatabase,
  type HostileDatabase,
  ownNames,
  setDatabaseProperties,
} from "../support/fixtures/hostile-database.ts";
import { createJobBench, databaseOf, failures, type JobBench } from "../support/jobs.ts";
import { psql } from "../support/psql.ts";
import { getPostgres } from "../support/servers.ts";
import { type Mutation, withOwnNames } from "./mutations/mutation.ts";
import { MUTATIONS_OF_DEFINITIONS, MUTATIONS_OF_ROLES } from "./mutations/of-definitions.ts";
import { MUTATIONS_OF_ROWS } from "./mutations/of-rows.ts";

const LEAST_CAUGHT = 0.95;
const UNDOABLE = "cannot be done:";

describe("the proof of a restore", () => {
  let bench: JobBench;
  let source: HostileDatabase;
  let restored: string;
  let manifest: Manifest;

  before(async function () {
    this.timeout(60_000);
    bench = await createJobBench();
    source = await createHostileDatabase({ orders: 600 });
    ({ manifest } = await bench.backup(source.url));
    restored = await createDatabase();
    await bench.restore(manifest, restored);
  });

  /** Another copy of the restored database, as good as it. */
  async function copy(name: string): Promise<string> {
    const server = await getPostgres();
    const template = pg.escapeIdentifier(databaseOf(restored));
    await query(server.url(), `CREATE DATABASE ${name} TEMPLATE ${template}`);
    await setDatabaseProperties(server.url(name), source.own);
    return server.url(name);
  }

  async function drop(url: string): Promise<void> {
    const server = await getPostgres();
    await query(server.url(), `DROP DATABASE ${pg.escapeIdentifier(databaseOf(url))} WITH (FORCE)`);
  }

  /** Why the proof did not notice; undefined when it did and named the object. */
  async function missed(mutation: Mutation, number: number): Promise<string | undefined> {
    const url = await copy(`mutation_${number}`);
    const variables = { ...ownNames(source), database: databaseOf(url) };
    try {
      const undone = await psql(url, mutation.sql, { variables }).catch((error: Error) => error);
      if (undone instanceof Error) return `${mutation.fault}: ${UNDOABLE} ${undone.message}`;
      const proof = await bench.verify(manifest, url);
      const found = failures(proof).filter(({ verdict }) => verdict === "FAIL");
      if (proof.verdict !== "FAIL") return `${mutation.fault}: the verdict is ${proof.verdict}`;
      const wanted = withOwnNames(mutation.names, source.own);
      if (found.some(({ name }) => name.includes(wanted))) return undefined;
      return `${mutation.fault}: only ${found.map(({ name }) => name).join(", ")} failed, not ${wanted}`;
    } finally {
      if (mutation.undo !== undefined) await psql(url, mutation.undo, { variables });
      await drop(url);
    }
  }

  async function attempt(mutations: readonly Mutation[], workers: number): Promise<string[]> {
    const results: string[] = [];
    await runWorkers({
      items: mutations,
      workers,
      open: async () => undefined,
      close: async () => undefined,
      work: async (mutation, _, index) => {
        const result = await missed(mutation, index);
        if (result !== undefined) results.push(result);
      },
    });
    return results;
  }

  it("passes a good copy", async function () {
    this.timeout(30_000);
    const url = await copy("mutation_none");
    const proof = await bench.verify(manifest, url);
    assert.deepEqual(failures(proof), []);
    await drop(url);
  });

  it("catches what was done to a restored database", async function () {
    this.timeout(600_000);
    const together = [...MUTATIONS_OF_ROWS, ...MUTATIONS_OF_DEFINITIONS];
    const results = [...(await attempt(together, 2)), ...(await attempt(MUTATIONS_OF_ROLES, 1))];
    const total = together.length + MUTATIONS_OF_ROLES.length;
    const caught = total - results.length;
    if (this.test) this.test.title = `catches ${caught} of ${total} faults done to a restored database`;
    for (const result of results) process.stdout.write(`      missed: ${result}\n`);
    assert.deepEqual(
      results.filter((result) => result.includes(UNDOABLE)),
      [],
    );
    assert.ok(total >= 40);
    assert.ok(caught / total >= LEAST_CAUGHT, results.join("\n"));
  });
});
