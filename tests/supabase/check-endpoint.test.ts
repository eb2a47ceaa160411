import assert from "node:assert/strict";
import { checkEndpoint } from "../../supabase/check-endpoint.ts";

describe("checkEndpoint", () => {
  const taken: readonly (readonly [string, string])[] = [
    ["https://api.supabase.com", "https://api.supabase.com"],
    ["https://api.supabase.com/", "https://api.supabase.com"],
    ["https://proxy.example.com:8443/supabase//", "https://proxy.example.com:8443/supabase"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://127.0.0.1:4000/api/", "http://127.0.0.1:4000/api"],
    ["http://127.1.2.3:4000", "http://127.1.2.3:4000"],
    ["http://[::1]:4000", "http://[::1]:4000"],
  ];
  for (const [endpoint, expected] of taken) {
    it(`takes ${endpoint}`, () => assert.equal(checkEndpoint(endpoint), expected));
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /not a URL/],
    ["api.supabase.com", /not a URL/],
    ["http://api.supabase.com", /api\.supabase\.com without TLS/],
    ["http://localhost.example.com", /without TLS/],
    ["http://127.0.0.1.example.com", /without TLS/],
    ["http://10.0.0.1:4000", /without TLS/],
    ["http://0.0.0.0:4000", /without TLS/],
    ["ftp://localhost", /without TLS/],
    ["https://user:hunter2@api.supabase.com", /user or a password/],
    ["https://api.supabase.com?key=hunter2", /end with the host or a path/],
    ["https://api.supabase.com#hunter2", /end with the host or a path/],
  ];
  for (const [endpoint, message] of refused) {
    it(`refuses ${endpoint || "nothing"}`, () => {
      assert.throws(
        () => checkEndpoint(endpoint),
        (error: Error & { code?: string; exitCode?: number }) => {
          assert.equal(error.code, "SUPABASE_ENDPOINT_INVALID");
          assert.equal(error.exitCode, 2);
          assert.match(error.message, message);
          assert.ok(!error.message.includes("hunter2"));
          return true;
        },
      );
    });
  }
});
