import assert from "node:assert/strict";
import { findSessionPooler } from "../../supabase/find-session-pooler.ts";
import { openScripted, REF, type Scripted } from "./support/open-scripted.ts";

const ROUTE = "/v1/projects/{ref}/config/database/pooler";

describe("findSessionPooler", () => {
  let scripted: Scripted;
  before(async () => {
    scripted = await openScripted();
  });
  after(() => scripted.server.close());

  const entry = (overrides: Readonly<Record<string, unknown>> = {}) => ({
    ...{ db_host: "aws-1-eu-west-2.pooler.supabase.com", db_port: 6543, db_user: `postgres.${REF}` },
    ...{ db_name: "postgres", pool_mode: "transaction", database_type: "PRIMARY" },
    ...overrides,
  });
  const found = async (...entries: unknown[]) => {
    scripted.server.on("GET", ROUTE, { json: entries });
    const { host, port, user, database, mode, replica } = await findSessionPooler(scripted.api, REF);
    return [host, port, user, database, mode, replica];
  };
  const session = [
    "aws-1-eu-west-2.pooler.supabase.com",
    5432,
    `postgres.${REF}`,
    "postgres",
    "session",
    false,
  ];

  it("takes the session mode of the host that answers in transaction mode", async () => {
    assert.deepEqual(await found(entry()), session);
  });

  it("takes a session pooler as it is, whatever its port, and never a replica", async () => {
    const replica = entry({ database_type: "READ_REPLICA", pool_mode: "session", db_port: 5431 });
    const own = entry({ pool_mode: "session", db_port: 5439 });
    assert.deepEqual(await found(replica, entry()), session);
    assert.deepEqual(await found(replica, entry(), own), session.with(1, 5439));
  });

  it("says so when the primary has none", async () => {
    const replica = entry({ database_type: "READ_REPLICA" });
    for (const entries of [[], [replica]])
      await assert.rejects(found(...entries), { code: "POOLER_UNKNOWN", message: new RegExp(REF) });
  });
});
