import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalRange } from "../../../components/supabase/canonical-range.ts";

describe("canonicalRange", () => {
  const same: [given: string, form: string][] = [
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["203.0.113.77/24", "203.0.113.0/24"],
    ["203.0.113.77/32", "203.0.113.77/32"],
    ["255.255.255.255/1", "128.0.0.0/1"],
    ["203.0.113.77/0", "0.0.0.0/0"],
    ["2001:0DB8::1/32", "2001:db8::/32"],
    ["2001:db8:0:0:0:0:0:0/32", "2001:db8::/32"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["2001:db8:1:2:3:4:5:6/128", "2001:db8:1:2:3:4:5:6/128"],
    ["::ffff/0", "::/0"],
    ["::1/128", "::1/128"],
  ];
  for (const [given, form] of same)
    it(`takes ${given} for ${form}`, () => assert.equal(canonicalRange(given), form));

  it("leaves what is in that form, whatever the range", () => {
    const v4 = fc.tuple(fc.ipV4(), fc.nat(32));
    const v6 = fc.tuple(fc.ipV6(), fc.nat(128));
    fc.assert(
      fc.property(fc.oneof(v4, v6), ([address, bits]) => {
        const form = canonicalRange(`${address}/${bits}`);
        assert.equal(canonicalRange(form), form);
      }),
    );
  });

  it("passes on what is no range", () => assert.equal(canonicalRange("Everywhere"), "everywhere"));
});
