import assert from "node:assert/strict";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { databaseError } from "../../postgres/database-error.ts";

const failure = (code: string, message = "it went wrong") => Object.assign(new Error(message), { code });
describe("databaseError", () => {
  for (const [code, message, expected] of [
    ["57P01", "terminating connection due to administrator command", "DATABASE_CONNECTION_LOST"],
    ["ECONNRESET", "read ECONNRESET", "DATABASE_CONNECTION_LOST"],
    ["", "Connection terminated unexpectedly", "DATABASE_CONNECTION_LOST"],
    ["28P01", 'password authentication failed for user "x"', "DATABASE_LOGIN_REFUSED"],
    ["XX000", "Tenant or user not found", "DATABASE_LOGIN_REFUSED"],
    ["3D000", 'database "x" does not exist', "DATABASE_UNKNOWN"],
    ["57P03", "the database system is starting up", "DATABASE_NOT_READY"],
    ["53300", "sorry, too many clients already", "DATABASE_BUSY"],
    ["42501", "permission denied for table t", "DATABASE_PRIVILEGE_MISSING"],
    ["42501", 'query would be affected by row-level security policy for table "t"', "DATABASE_ROWS_HIDDEN"],
    ["55P03", "canceling statement due to lock timeout", "DATABASE_LOCKED"],
    ["57014", "canceling statement due to statement timeout", "DATABASE_TIMEOUT"],
    ["40001", "canceling statement due to conflict with recovery", "DATABASE_REPLICA_CONFLICT"],
    ["53100", "could not extend file: No space left on device", "DATABASE_DISK_FULL"],
    ["XX000", "could not write init file", "DATABASE_DISK_FULL"],
    ["XX000", "cache lookup failed for type 16391", "DATABASE_QUERY_FAILED"],
    ["54000", "out of memory", "ROW_TOO_LARGE"],
    ["XX000", "invalid memory alloc request size 1073741824", "ROW_TOO_LARGE"],
    ["53200", "out of memory", "DATABASE_OUT_OF_MEMORY"],
    ["53200", "out of shared memory", "DATABASE_OUT_OF_LOCKS"],
    ["42P01", 'relation "t" does not exist', "OBJECT_GONE"],
    ["XX000", "could not open relation with OID 4711", "OBJECT_GONE"],
    ["22012", "division by zero", "DATABASE_QUERY_FAILED"],
  ] as const) {
    it(`names ${code || message} ${expected}`, () => {
      const error = databaseError(failure(code, message), "Reading t");
      assert.equal(error.code, expected);
      assert.equal(error.exitCode, 1);
      assert.match(error.message, /^Reading t failed: /);
      assert.notEqual(error.hint, "");
    });
  }

  it("leaves an error that is typed already as it is", () => {
    const error = new HoldfastError({ code: "X", message: "m", hint: "h" });
    assert.equal(databaseError(error, "Reading"), error);
  });

  it("does not repeat values of rows", () => {
    const error = databaseError(
      failure("22P02", 'invalid input syntax for type integer: "my secret"'),
      "Loading",
    );
    assert.ok(!error.message.includes("my secret"));
    assert.match(error.message, /invalid input syntax for type integer/);
  });

  it("copes with whatever is thrown", () => {
    for (const thrown of [
      undefined,
      null,
      "text",
      7,
      {},
      new AggregateError([failure("ECONNREFUSED")], ""),
    ]) {
      assert.match(databaseError(thrown, "Reading").code, /^DATABASE_/);
    }
  });
});
