import assert from "node:assert/strict";
import { readExistingRoles, readRoles } from "../../postgres/read-roles.ts";
import { createDatabase, query } from "../support/databases.ts";
import { getPostgres } from "../support/servers.ts";
import { session } from "./support/restore-schema.ts";
import { createRichDatabase } from "./support/rich-database.ts";

describe("readRoles", () => {
  it("finds the roles that objects, privileges and policies need, their members and groups", async () => {
    const { url, role } = await createRichDatabase(await getPostgres());
    await query(
      url,
      `CREATE ROLE "${role("group")}"`,
      `GRANT "${role("group")}" TO "${role("reader")}"`,
      `CREATE ROLE "${role("unused")}"`,
    );
    await using client = await session(url);
    const roles = await readRoles(client);
    const names = ["app", "group", "login", "owner", "reader"].map(role);
    assert.deepEqual(roles.map(({ name }) => name).sort(), [...names, "supabase_admin"].sort());
    const login = roles.find(({ name }) => name === role("login"));
    assert.deepEqual(login, {
      name: role("login"),
      attributes: {
        superuser: false,
        inherit: true,
        createRole: false,
        createDb: false,
        login: true,
        replication: false,
        bypassRls: false,
        connectionLimit: 5,
        validUntil: "2031-01-01T00:00:00.000000Z",
      },
      memberOf: [{ role: role("app"), admin: false, inherit: true, set: true }],
      settings: ["my.secret=do not show", "statement_timeout=5s"],
    });
    assert.deepEqual(roles.find(({ name }) => name === role("app"))?.comment, "the application");
    const supabase = await readRoles(client, { supabase: true });
    assert.deepEqual(
      supabase.map(({ name }) => name),
      [...names].sort(),
    );
    const existing = (await readExistingRoles(client)).map(({ name }) => name);
    assert.ok(
      [...names, role("unused"), "supabase_admin", "pg_monitor"].every((name) => existing.includes(name)),
    );
  });

  it("counts a role that only has settings for the database, and not one of another database", async () => {
    const [one, other] = [await createDatabase(), await createDatabase()];
    const name = `settings_of_${new URL(one).pathname.slice(1)}`;
    await query(
      one,
      `CREATE ROLE ${name}`,
      `ALTER ROLE ${name} IN DATABASE ${new URL(one).pathname.slice(1)} SET work_mem = '5MB'`,
    );
    for (const [url, expected] of [
      [one, true],
      [other, false],
    ] as const) {
      await using client = await session(url);
      assert.equal(
        (await readRoles(client)).some((role) => role.name === name),
        expected,
      );
    }
  });
});
