import assert from "node:assert/strict";
import { defaultPrivilegeResets } from "../../postgres/default-privilege-resets.ts";
import { createDatabase, query } from "../support/databases.ts";
import { session } from "./support/restore-schema.ts";

describe("defaultPrivilegeResets", () => {
  it("undoes what would open or close new objects, and nothing of other roles", async () => {
    const url = await createDatabase();
    const other = `other_${new URL(url).pathname.slice(1)}`;
    await query(
      url,
      `CREATE ROLE ${other}; CREATE SCHEMA "my; app"`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA "my; app" GRANT ALL ON TABLES TO ${other}`,
      "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
      `ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO ${other}, PUBLIC`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${other} GRANT SELECT ON TABLES TO PUBLIC`,
    );
    await using client = await session(url);
    const statements = await defaultPrivilegeResets(client);
    assert.equal(statements.length, 4);
    for (const sql of statements) await client.query(sql);
    const { rows } = await client.query("SELECT pg_get_userbyid(defaclrole) AS role FROM pg_default_acl");
    assert.deepEqual(rows, [{ role: other }]);
    assert.deepEqual(await defaultPrivilegeResets(client), []);
  });
});
