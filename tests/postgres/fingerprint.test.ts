import assert from "node:assert/strict";
import type pg from "pg";
import { compareFingerprints, type Difference } from "../../postgres/compare-fingerprints.ts";
import { digestFingerprint, type FingerprintEntry, readFingerprint } from "../../postgres/fingerprint.ts";
import { createDatabase, query } from "../support/databases.ts";
import { getPostgres } from "../support/servers.ts";
import { MUTATIONS } from "./support/mutations.ts";
import { restoreSchema, session } from "./support/restore-schema.ts";
import { createRichDatabase, type RichDatabase, toolsOf } from "./support/rich-database.ts";
import { richSchema } from "./support/rich-schema.ts";

const words = (differences: readonly Difference[]) =>
  differences.map(({ problem, kind, name }) => `${problem} ${kind} ${name}`).sort();

describe("fingerprint", function () {
  this.timeout(180_000);
  let rich: RichDatabase;
  let client: pg.Client & AsyncDisposable;
  let original: FingerprintEntry[];

  before(async () => {
    rich = await createRichDatabase(await getPostgres());
    client = await session(rich.url);
    original = await readFingerprint(client);
  });
  after(() => client?.end());

  describe("names exactly what is wrong:", () => {
    for (const [title, [mutation, ...expected]] of Object.entries(MUTATIONS)) {
      it(title, async () => {
        const { rows } = await client.query<{ name: string }>(
          "SELECT quote_ident(current_database()) AS name",
        );
        const sql = typeof mutation === "string" ? mutation : mutation(rich.role);
        await client.query("BEGIN");
        try {
          await client.query(sql.replace("DATABASE CURRENT", `DATABASE ${rows[0]?.name}`));
          const differences = compareFingerprints(original, await readFingerprint(client));
          const wanted = expected.map((text) =>
            text.replaceAll(/ROLE (\w+)/g, (_, name: string) => rich.role(name)),
          );
          assert.deepEqual(words(differences), wanted.sort());
        } finally {
          await client.query("ROLLBACK");
        }
      });
    }
  });

  it("is the same twice, sorted, each name once, and without OIDs", async () => {
    const again = await readFingerprint(client);
    assert.deepEqual(again, original);
    assert.deepEqual(digestFingerprint(again.toReversed()), digestFingerprint(original));
    const keys = original.map(({ kind, name }) => `${kind}\0${name}`);
    assert.equal(new Set(keys).size, keys.length);
    const oids = await query(
      rich.url,
      "SELECT oid::text FROM pg_class WHERE oid >= 16384 UNION SELECT oid::text FROM pg_proc WHERE oid >= 16384",
    );
    const text = JSON.stringify(original);
    for (const { oid } of oids) assert.doesNotMatch(text, new RegExp(`(?<![\\w.])${String(oid)}(?![\\w.])`));
  });

  it("sees every comment", () => {
    const written = richSchema(rich.role, true).match(/^COMMENT ON (?!ROLE)/gm) ?? [];
    // The one that initdb gives to the schema public comes with every database.
    const seen = original.filter(({ kind, name }) => kind === "comment" && name !== "schema public");
    assert.equal(seen.length, written.length);
  });

  it("holds no secret", () => {
    const text = JSON.stringify(original);
    for (const secret of ["do not show", "p'w", "secret; --"]) assert.ok(!text.includes(secret), secret);
  });

  it("leaves the session's settings as they were, also in a read-only transaction", async () => {
    await client.query(
      "SET search_path TO app, public; SET DateStyle TO 'German'; SET TimeZone TO 'Asia/Tokyo'",
    );
    try {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      assert.deepEqual(await readFingerprint(client), original);
      await client.query("COMMIT");
      const { rows } = await client.query(
        "SELECT current_setting('search_path') AS path, current_setting('DateStyle') AS style, current_setting('TimeZone') AS zone",
      );
      assert.deepEqual(rows[0], { path: "app, public", style: "German, DMY", zone: "Asia/Tokyo" });
    } finally {
      await client.query("SET search_path TO ''; RESET DateStyle; RESET TimeZone");
    }
  });

  it("can be read by a role without any privilege", async () => {
    await client.query(`GRANT USAGE ON SCHEMA app TO "${rich.role("login")}"`);
    await client.query("BEGIN");
    await client.query(`SET LOCAL ROLE "${rich.role("login")}"`);
    const seen = await readFingerprint(client);
    await client.query("ROLLBACK");
    assert.deepEqual(words(compareFingerprints(original, seen)), [
      `extra grant schema app to ${rich.role("login")}`,
    ]);
    await client.query(`REVOKE USAGE ON SCHEMA app FROM "${rich.role("login")}"`);
  });

  it("leaves out the schema holdfast_restore", async () => {
    await client.query(
      "BEGIN; CREATE SCHEMA holdfast_restore; CREATE TABLE holdfast_restore.progress (id int)",
    );
    const seen = await readFingerprint(client);
    await client.query("ROLLBACK");
    assert.deepEqual(compareFingerprints(original, seen), []);
  });

  it("is equal after a restore of everything into an empty database", async () => {
    const server = await getPostgres();
    const target = await createDatabase(undefined, server);
    const restored = await restoreSchema(toolsOf(server), rich.url, target);
    assert.deepEqual(restored.dropped, []);
    assert.deepEqual(restored.refused, []);
    await using other = await session(target);
    assert.deepEqual(compareFingerprints(original, await readFingerprint(other)), []);
    assert.deepEqual(digestFingerprint(await readFingerprint(other)), digestFingerprint(original));
  });
});
