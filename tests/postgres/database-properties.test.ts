import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import pg from "pg";
import { forDatabase, readDatabaseProperties } from "../../postgres/database-properties.ts";
import { createDatabase, query } from "../support/databases.ts";
import { databaseOf } from "../support/jobs.ts";

async function propertiesOf(url: string, supabase = false): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await readDatabaseProperties(client, { supabase });
  } finally {
    await client.end();
  }
}

describe("readDatabaseProperties", () => {
  it("has nothing to say of a new database", async () => {
    assert.deepEqual(await propertiesOf(await createDatabase()), []);
  });

  it("gives another database the settings, limit, comment and privileges of this one", async () => {
    const [one, other] = [await createDatabase(), await createDatabase()];
    const role = `properties ${randomBytes(4).toString("hex")}`;
    const name = databaseOf(one);
    await query(
      one,
      `CREATE ROLE "${role}"`,
      `ALTER DATABASE ${name} SET search_path = "$user", 'a, b'; ALTER DATABASE ${name} SET my.text = 'it''s :"DBNAME";'`,
      `ALTER ROLE "${role}" IN DATABASE ${name} SET work_mem = '5MB'; ALTER DATABASE ${name} CONNECTION LIMIT 9`,
      `COMMENT ON DATABASE ${name} IS 'of :"DBNAME" '; REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`,
      `GRANT CONNECT ON DATABASE ${name} TO "${role}" WITH GRANT OPTION`,
    );
    try {
      const statements = await propertiesOf(one);
      assert.ok(statements.every((statement) => !statement.includes(name)));
      await query(other, ...statements.map((statement) => forDatabase(statement, databaseOf(other))));
      assert.deepEqual(await propertiesOf(other), statements);
    } finally {
      for (const url of [one, other]) await query(url, `DROP OWNED BY "${role}"`);
      for (const url of [one, other])
        await query(url, `ALTER ROLE "${role}" IN DATABASE ${databaseOf(url)} RESET ALL`);
      await query(one, `DROP ROLE "${role}"`);
    }
  });

  it("leaves the keys of the Supabase platform to the platform", async () => {
    const url = await createDatabase();
    await query(url, `ALTER DATABASE ${databaseOf(url)} SET app.settings.jwt_secret = 'x'`);
    assert.deepEqual(await propertiesOf(url, true), []);
    assert.equal((await propertiesOf(url)).length, 1);
  });
});
