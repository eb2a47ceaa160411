import assert from "node:assert/strict";
import { networkFault } from "../../supabase/network-fault.ts";

const coded = (code: string) => Object.assign(new Error(`with a secret in it: ${code}`), { code });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("networkFault", () => {
  for (const code of [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "CONNECT_TIMEOUT",
  ]) {
    it(`${code} proves that nothing was sent, and may pass`, () => {
      const { what, sent, lasting } = networkFault(fetchFailed(coded(code)));
      assert.deepEqual([sent, lasting], [false, false]);
      assert.ok(what.endsWith(`(${code})`) && !what.includes("secret"));
    });
  }

  for (const code of [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ]) {
    it(`${code} proves that nothing was sent, and stays`, () => {
      const { what, sent, lasting } = networkFault(fetchFailed(coded(code)));
      assert.deepEqual([sent, lasting], [false, true]);
      assert.ok(what.includes(code) && what.includes("certificate"));
    });
  }

  for (const error of [
    fetchFailed(coded("ECONNRESET")),
    fetchFailed(coded("EPIPE")),
    fetchFailed(coded("UND_ERR_SOCKET")),
    fetchFailed(coded("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC")),
    fetchFailed(undefined),
    new TypeError("terminated", { cause: coded("UND_ERR_SOCKET") }),
    "text",
    undefined,
  ]) {
    it(`${String(error instanceof Error ? (error.cause ?? error) : error)} proves nothing`, () => {
      const { what, sent, lasting } = networkFault(error);
      assert.deepEqual([sent, lasting], [true, false]);
      assert.match(what, /^the connection broke/);
    });
  }

  it("believes that nothing was sent only when that holds for every address of the host", () => {
    const both = (...codes: string[]) => fetchFailed(new AggregateError(codes.map(coded)));
    assert.equal(networkFault(both("ECONNREFUSED", "ENETUNREACH")).sent, false);
    assert.equal(networkFault(both("ECONNREFUSED", "ECONNRESET")).sent, true);
  });
});
