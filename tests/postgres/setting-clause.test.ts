import assert from "node:assert/strict";
import { settingClause } from "../../postgres/setting-clause.ts";
import { createDatabase, query } from "../support/databases.ts";

describe("settingClause", () => {
  it("writes lists as lists and everything else as one text", () => {
    assert.equal(settingClause('search_path="$user", public'), `SET "search_path" TO '$user', 'public'`);
    assert.equal(settingClause("search_path="), `SET "search_path" TO ''`);
    assert.equal(settingClause("a.b=x, y='z"), `SET "a"."b" TO 'x, y=''z'`);
  });

  it("says again what the catalog stored", async () => {
    const url = await createDatabase();
    const name = new URL(url).pathname.slice(1);
    const read = async () => {
      const rows = await query(
        url,
        "SELECT unnest(setconfig) AS setting FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1",
      );
      return rows.map(({ setting }) => String(setting));
    };
    await query(
      url,
      `ALTER DATABASE ${name} SET search_path TO "$user", "a, b", "Q""uote", public`,
      `ALTER DATABASE ${name} SET "my.key" TO 'it''s; "x", y=z'`,
      `ALTER DATABASE ${name} SET DateStyle TO 'ISO, DMY'`,
      `ALTER DATABASE ${name} SET temp_tablespaces TO ''`,
      `ALTER DATABASE ${name} SET work_mem TO '7MB'`,
    );
    const before = await read();
    await query(url, `ALTER DATABASE ${name} RESET ALL`);
    for (const setting of before) await query(url, `ALTER DATABASE ${name} ${settingClause(setting)}`);
    assert.deepEqual(await read(), before);
    assert.equal(before.length, 5);
  });
});
