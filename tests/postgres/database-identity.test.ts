import assert from "node:assert/strict";
import { connect } from "../../postgres/connect.ts";
import { databaseIdentity } from "../../postgres/database-identity.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { createDatabase, createSupabaseDatabase, query } from "../support/databases.ts";

async function identityOf(url: string) {
  const client = await connect(parseDatabaseUrl(url));
  try {
    return await databaseIdentity(client);
  } finally {
    await closeClient(client);
  }
}

describe("databaseIdentity", () => {
  it("is the same however the database is reached, and another for another database", async () => {
    const url = await createDatabase();
    const identity = await identityOf(url);
    assert.match(identity.systemIdentifier, /^\d{10,}$/);
    assert.equal(identity.name, new URL(url).pathname.slice(1));
    assert.deepEqual(await identityOf(url.replace("127.0.0.1", "localhost")), identity);
    const other = await identityOf(await createDatabase());
    assert.equal(other.systemIdentifier, identity.systemIdentifier);
    assert.notEqual(other.databaseOid, identity.databaseOid);
  });

  it("survives a new name", async () => {
    const url = await createDatabase();
    const before = await identityOf(url);
    const admin = new URL(url);
    admin.pathname = "/postgres";
    await query(admin.href, `ALTER DATABASE "${before.name}" RENAME TO "${before.name}_renamed"`);
    const after = await identityOf(`${url}_renamed`);
    assert.deepEqual(after, { ...before, name: `${before.name}_renamed` });
  });

  it("is readable for a role without privileges, too", async () => {
    const project = await createSupabaseDatabase();
    const identity = await identityOf(project.url);
    assert.equal(identity.databaseOid, (await identityOf(project.adminUrl)).databaseOid);
    assert.equal(identity.systemIdentifier, (await identityOf(project.adminUrl)).systemIdentifier);
  });
});
