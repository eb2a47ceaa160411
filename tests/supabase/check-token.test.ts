import assert from "node:assert/strict";
import { checkToken } from "../../supabase/check-token.ts";

const HEX = "0123456789abcdef0123456789abcdef01234567";

describe("checkToken", () => {
  for (const token of [`sbp_${HEX}`, `sbp_oauth_${HEX}`, `sbp_v0_${HEX}`]) {
    it(`takes ${token.slice(0, 11)}…`, () => assert.equal(checkToken(token), token));
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /is empty/],
    [`sbp_${HEX}\n`, /spaces or a line end/],
    [` sbp_${HEX}`, /spaces or a line end/],
    [`"sbp_${HEX}"`, /does not begin with sbp_/],
    [`sbp_${HEX.slice(1)}`, /cut off or mistyped/],
    [`sbp_${HEX}0`, /cut off or mistyped/],
    [`sbp_${HEX.toUpperCase()}`, /cut off or mistyped/],
    [`sbp_other_${HEX}`, /cut off or mistyped/],
    ["eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.sig", /JSON web token/],
    ["sb_secret_abcdefgh12345", /project's API key/],
    ["sb_publishable_abcdefgh12345", /project's API key/],
    [HEX, /does not begin with sbp_/],
  ];
  for (const [token, message] of refused) {
    it(`refuses one that ${message.source}, without showing it`, () => {
      assert.throws(
        () => checkToken(token),
        (error: Error & { code?: string; exitCode?: number; hint?: string }) => {
          assert.equal(error.code, "SUPABASE_TOKEN_INVALID");
          assert.equal(error.exitCode, 2);
          assert.match(error.message, message);
          assert.match(error.hint ?? "", /account\/tokens/);
          if (token.length > 4) assert.ok(!`${error.message}${error.hint}`.includes(token.trim()));
          return true;
        },
      );
    });
  }
});
