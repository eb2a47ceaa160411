import assert from "node:assert/strict";
import { compareDatabases } from "../../support/compare-databases.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createHostileDatabase } from "../../support/fixtures/hostile-database.ts";
import { createJobBench, failures } from "../../support/jobs.ts";
import { createPostgres } from "../../support/servers.ts";

describe("a target server with room for few locks", () => {
  it("gets more tables and large objects than one transaction could make there", async function () {
    this.timeout(120_000);
    const [bench, source, few] = await Promise.all([
      createJobBench(),
      createHostileDatabase({ orders: 200 }),
      createPostgres({ settings: { max_locks_per_transaction: "10", max_connections: "20" } }),
    ]);
    await query(
      source.url,
      `DO $$ BEGIN FOR n IN 1 .. 2000 LOOP PERFORM lo_from_bytea(100000 + n, n::text::bytea); EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO PUBLIC', 100000 + n); END LOOP; END $$`,
    );
    const { manifest } = await bench.backup(source.url);
    const target = await createDatabase("few", few);
    await bench.restore(manifest, target);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    const differences = await compareDatabases(source.url, target);
    assert.deepEqual(
      differences.filter((difference) => !difference.startsWith("Name: birds; Type: TABLE;")),
      [],
    );
  });
});
