import assert from "node:assert/strict";
import { applyMigration } from "../../../supabase/calls/apply-migration.ts";
import { applyNetworkRestrictions } from "../../../supabase/calls/apply-network-restrictions.ts";
import { createLoginRole } from "../../../supabase/calls/create-login-role.ts";
import { getNetworkRestrictions } from "../../../supabase/calls/get-network-restrictions.ts";
import { getPooler } from "../../../supabase/calls/get-pooler.ts";
import { getReadOnly } from "../../../supabase/calls/get-read-only.ts";
import { getRootKey } from "../../../supabase/calls/get-root-key.ts";
import { getSslEnforcement } from "../../../supabase/calls/get-ssl-enforcement.ts";
import { liftReadOnly } from "../../../supabase/calls/lift-read-only.ts";
import { listMigrations } from "../../../supabase/calls/list-migrations.ts";
import { networkRestrictionsReply } from "../../../supabase/calls/replies/network-restrictions-reply.ts";
import { runQuery } from "../../../supabase/calls/run-query.ts";
import { runReadOnlyQuery } from "../../../supabase/calls/run-read-only-query.ts";
import { setRootKey } from "../../../supabase/calls/set-root-key.ts";
import { setSslEnforcement } from "../../../supabase/calls/set-ssl-enforcement.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { checkCalls } from "../support/check-calls.ts";
import { RECORDED, REF } from "../support/recorded-answers.ts";

const ROWS = [{ store: "Bern", orders: 12, at: "2026-03-02 02:00:00+00", note: null }];
const ROOT_KEY = RECORDED["GET /v1/projects/{ref}/pgsodium"].body.root_key;
const RESTRICTIONS = {
  allowedCidrs: ["203.0.113.0/24"],
  allowedCidrsV6: ["2001:db8::/32"],
  entitlement: "allowed",
};
const SSL = { databaseEnforced: true, appliedSuccessfully: true };

checkCalls("supabase/calls: the database and its doors", [
  {
    call: "runQuery",
    endpoint: "POST /v1/projects/{ref}/database/query",
    ask: (api) =>
      runQuery(api, REF, "update stores set open = $1 returning store", {
        parameters: [true],
        readOnly: false,
      }),
    body: { query: "update stores set open = $1 returning store", parameters: [true], read_only: false },
    result: ROWS,
    rows: true,
  },
  {
    call: "runQuery in a read-only transaction",
    endpoint: "POST /v1/projects/{ref}/database/query",
    ask: (api) => runQuery(api, REF, "select 1", { readOnly: true }),
    body: { query: "select 1", read_only: true },
    result: ROWS,
    rows: true,
    repeatable: true,
  },
  {
    call: "runReadOnlyQuery",
    endpoint: "POST /v1/projects/{ref}/database/query/read-only",
    ask: (api) => runReadOnlyQuery(api, REF, "select $1::int", { parameters: [1] }),
    body: { query: "select $1::int", parameters: [1] },
    result: [{ "?column?": 1 }],
    rows: true,
    repeatable: true,
  },
  {
    call: "listMigrations",
    endpoint: "GET /v1/projects/{ref}/database/migrations",
    ask: (api) => listMigrations(api, REF),
    result: [{ version: "20260105083012", name: "create_orders" }, { version: "20260206101500" }],
    field: "[1].version",
  },
  {
    call: "applyMigration",
    endpoint: "POST /v1/projects/{ref}/database/migrations",
    ask: (api) =>
      applyMigration(api, REF, {
        sql: "create table a()",
        name: "a",
        rollbackSql: "drop table a",
        idempotencyKey: "k",
      }),
    headers: { "idempotency-key": "k" },
    body: { query: "create table a()", name: "a", rollback: "drop table a" },
  },
  {
    call: "getReadOnly",
    endpoint: "GET /v1/projects/{ref}/readonly",
    ask: (api) => getReadOnly(api, REF),
    result: { enabled: false, lifted: false },
    field: "enabled",
  },
  {
    call: "liftReadOnly",
    endpoint: "POST /v1/projects/{ref}/readonly/temporary-disable",
    ask: (api) => liftReadOnly(api, REF),
    repeatable: true,
  },
  {
    call: "createLoginRole",
    endpoint: "POST /v1/projects/{ref}/cli/login-role",
    ask: (api) => createLoginRole(api, REF, { readOnly: true }),
    body: { read_only: true },
    result: { role: "cli_login_postgres", password: "w1th-a-short-life", validSeconds: 300 },
    field: "ttl_seconds",
    repeatable: true,
  },
  {
    call: "getRootKey",
    endpoint: "GET /v1/projects/{ref}/pgsodium",
    ask: (api) => getRootKey(api, REF),
    result: ROOT_KEY,
    field: "root_key",
  },
  {
    call: "setRootKey",
    endpoint: "PUT /v1/projects/{ref}/pgsodium",
    ask: (api) => setRootKey(api, REF, ROOT_KEY),
    body: { root_key: ROOT_KEY },
    repeatable: true,
    secret: ROOT_KEY,
  },
  {
    call: "getPooler",
    endpoint: "GET /v1/projects/{ref}/config/database/pooler",
    ask: (api) => getPooler(api, REF),
    result: [
      { host: "aws-0-eu-central-1.pooler.supabase.com", replica: false },
      { host: "aws-1-eu-west-1.pooler.supabase.com", replica: true },
    ].map((one) => ({
      ...one,
      port: 6543,
      user: `postgres.${REF}`,
      database: "postgres",
      mode: "transaction",
    })),
    field: "[1].db_host",
  },
  {
    call: "getNetworkRestrictions",
    endpoint: "GET /v1/projects/{ref}/network-restrictions",
    ask: (api) => getNetworkRestrictions(api, REF),
    result: { ...RESTRICTIONS, status: "applied" },
    field: "config",
  },
  {
    call: "applyNetworkRestrictions",
    endpoint: "POST /v1/projects/{ref}/network-restrictions/apply",
    ask: (api) =>
      applyNetworkRestrictions(api, REF, {
        allowedCidrs: ["203.0.113.0/24"],
        allowedCidrsV6: ["2001:db8::/32"],
      }),
    body: { dbAllowedCidrs: ["203.0.113.0/24"], dbAllowedCidrsV6: ["2001:db8::/32"] },
    result: { ...RESTRICTIONS, status: "stored" },
    field: "status",
    repeatable: true,
  },
  {
    call: "getSslEnforcement",
    endpoint: "GET /v1/projects/{ref}/ssl-enforcement",
    ask: (api) => getSslEnforcement(api, REF),
    result: SSL,
    field: "currentConfig.database",
  },
  {
    call: "setSslEnforcement",
    endpoint: "PUT /v1/projects/{ref}/ssl-enforcement",
    ask: (api) => setSslEnforcement(api, REF, { databaseEnforced: true }),
    body: { requestedConfig: { database: true } },
    result: SSL,
    field: "appliedSuccessfully",
    repeatable: true,
  },
]);

describe("supabase/calls/getReadOnly", () => {
  it("tells until when it is lifted, and nothing where it never was", async () => {
    const answering = (until: string | null): ManagementApi => ({
      endpoint: "none",
      request: async (call) =>
        call.reply?.parse({ enabled: true, override_enabled: true, override_active_until: until }) ??
        assert.fail(),
    });
    const { liftedUntil } = await getReadOnly(answering("2026-03-02 02:15:00+00"), REF);
    assert.deepEqual(liftedUntil, new Date("2026-03-02T02:15:00Z"));
    assert.ok(!("liftedUntil" in (await getReadOnly(answering(null), REF))));
  });
});

describe("supabase/calls/replies/networkRestrictionsReply", () => {
  it("takes a list that is left out for an empty one", () => {
    const read = networkRestrictionsReply.parse({ config: { dbAllowedCidrs: null }, status: "applied" });
    assert.deepEqual(read, { allowedCidrs: [], allowedCidrsV6: [], status: "applied" });
  });
});
