import assert from "node:assert/strict";
import { isSupabaseSkippedTable, supabaseSchemaClass } from "../../postgres/supabase-schemas.ts";

describe("supabaseSchemaClass", () => {
  it("takes all that is not the platform's for the application's", () => {
    for (const schema of [
      "public",
      "api",
      "supabase_migrations",
      "authentication",
      "my_storage",
      "Auth",
      "private",
    ]) {
      assert.equal(supabaseSchemaClass(schema), "app", schema);
    }
  });
  it("knows the schemas whose rows are the users'", () => {
    for (const schema of ["auth", "storage", "cron", "net", "pgmq", "supabase_functions"]) {
      assert.equal(supabaseSchemaClass(schema), "data-only", schema);
    }
  });
  it("knows the platform's, patterns included", () => {
    for (const schema of [
      "vault",
      "realtime",
      "graphql_public",
      "pg_catalog",
      "pg_toast_temp_3",
      "_timescaledb_internal",
      "extensions",
    ]) {
      assert.equal(supabaseSchemaClass(schema), "platform", schema);
    }
  });
});

describe("isSupabaseSkippedTable", () => {
  it("skips the platform's version tables alone", () => {
    assert.equal(isSupabaseSkippedTable("auth", "schema_migrations"), true);
    assert.equal(isSupabaseSkippedTable("storage", "migrations"), true);
    assert.equal(isSupabaseSkippedTable("auth", "users"), false);
    assert.equal(isSupabaseSkippedTable("supabase_migrations", "schema_migrations"), false);
  });
});
