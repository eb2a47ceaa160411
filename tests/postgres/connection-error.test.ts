import assert from "node:assert/strict";
import { connectionError } from "../../postgres/connection-error.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";

const failure = (code: string, message = "it went wrong") => Object.assign(new Error(message), { code });
const address: DatabaseAddress = {
  host: "db.abcdefghijklmnopqrst.supabase.co",
  port: 5432,
  user: "postgres",
  database: "postgres",
  password: "hunter2",
  tls: { mode: "verify-full" },
};

describe("connectionError", () => {
  it("explains Supabase's IPv6-only host", () => {
    for (const code of ["ENETUNREACH", "ENOTFOUND", "EHOSTUNREACH", "ETIMEDOUT"]) {
      const error = connectionError(failure(code), address);
      assert.equal(error.code, "DATABASE_UNREACHABLE");
      assert.match(error.hint, /IPv6.*session pooler/);
    }
    assert.doesNotMatch(connectionError(failure("ENOTFOUND"), { ...address, host: "h" }).hint, /IPv6/);
  });

  it("knows what several attempts at once failed of", () => {
    const error = connectionError(
      new AggregateError([failure("ECONNREFUSED"), failure("ENETUNREACH")], ""),
      address,
    );
    assert.equal(error.code, "DATABASE_UNREACHABLE");
  });

  for (const code of [
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ]) {
    it(`says that the certificate is not trusted for ${code}`, () => {
      const error = connectionError(failure(code, "certificate"), address);
      assert.equal(error.code, "DATABASE_TLS_UNTRUSTED");
      assert.match(error.hint, /sslrootcert/);
    });
  }

  it("never holds the password", () => {
    for (const code of ["ENOTFOUND", "28P01", "XX000", "CERT_HAS_EXPIRED"]) {
      const error = connectionError(failure(code), address);
      assert.ok(!`${error.message}${error.hint}`.includes("hunter2"));
    }
  });
});
