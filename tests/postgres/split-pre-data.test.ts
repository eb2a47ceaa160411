import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { compareFingerprints } from "../../postgres/compare-fingerprints.ts";
import { readFingerprint } from "../../postgres/fingerprint.ts";
import { splitPreData } from "../../postgres/split-pre-data.ts";
import { createDatabase, query } from "../support/databases.ts";
import { getPostgres } from "../support/servers.ts";
import { restoreSchema, session } from "./support/restore-schema.ts";
import { toolsOf } from "./support/rich-database.ts";

describe("splitPreData", () => {
  it("leaves forced row security to the end and all else in its place", () => {
    const create = { sql: "CREATE TABLE t (a text DEFAULT ' FORCE ROW LEVEL SECURITY;');", mayFail: "x" };
    const force = { sql: 'ALTER TABLE ONLY "a.b"."c" FORCE ROW LEVEL SECURITY;' };
    const comment = { sql: "COMMENT ON TABLE t IS 'ALTER TABLE t FORCE ROW LEVEL SECURITY;';" };
    assert.deepEqual(splitPreData([create, force, comment]), {
      statements: [create, comment],
      last: [force],
    });
  });

  it("lets an ordinary owner restore keys and views over tables whose policies bind it too", async () => {
    const server = await getPostgres();
    const user = `owner_${randomBytes(4).toString("hex")}`;
    const [from, to] = [await createDatabase(), await createDatabase()];
    const nameOf = (url: string) => new URL(url).pathname.slice(1);
    await query(from, `CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
    for (const url of [from, to]) await query(url, `ALTER DATABASE ${nameOf(url)} OWNER TO ${user}`);
    const asUser = (url: string) => Object.assign(new URL(url), { username: user, password: "pw" }).href;
    await query(
      asUser(from),
      `CREATE TABLE shops (id int PRIMARY KEY); CREATE TABLE orders (id int PRIMARY KEY, shop int REFERENCES shops);
       INSERT INTO shops VALUES (1); INSERT INTO orders VALUES (1, 1);
       CREATE MATERIALIZED VIEW totals AS SELECT shop, count(*) FROM orders GROUP BY shop;
       ALTER TABLE shops ENABLE ROW LEVEL SECURITY; ALTER TABLE shops FORCE ROW LEVEL SECURITY;
       ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;
       CREATE POLICY few ON orders USING (id > 5)`,
    );
    const restored = await restoreSchema(toolsOf(server), asUser(from), asUser(to));
    assert.deepEqual([restored.dropped, restored.refused], [[], []]);
    await using source = await session(from);
    await using target = await session(to);
    assert.deepEqual(compareFingerprints(await readFingerprint(source), await readFingerprint(target)), []);
  });
});
