import assert from "node:assert/strict";
import { vendorMessage } from "../../supabase/vendor-message.ts";

describe("vendorMessage", () => {
  const bodies: readonly (readonly [unknown, string | undefined])[] = [
    [{ message: "PITR is not enabled for this project." }, "PITR is not enabled for this project."],
    [{ message: ["name: Too big", "id: Invalid input"] }, "name: Too big; id: Invalid input"],
    [{ error: { message: "not entitled", feature: "backup.schedule" } }, "not entitled"],
    [{ errors: [{ title: "Payment Required", detail: "Upgrade." }, { title: "Other" }] }, "Upgrade.; Other"],
    [{ error: "invalid_token" }, "invalid_token"],
    [{ message: "", error: "invalid_token" }, "invalid_token"],
    [{ message: "two\n  lines\t" }, "two lines"],
    ["plain JSON text", "plain JSON text"],
    [{}, undefined],
    [{ message: 4711 }, undefined],
    [null, undefined],
    [[], undefined],
  ];
  for (const [body, expected] of bodies) {
    it(`reads ${JSON.stringify(body)}`, () => {
      assert.equal(vendorMessage(JSON.stringify(body)), expected);
    });
  }

  it("reads text that is no JSON", () => {
    assert.equal(vendorMessage("upstream connect error"), "upstream connect error");
    assert.equal(vendorMessage("  \n"), undefined);
  });

  it("is never longer than 300 characters, and quick with a long body", () => {
    const started = performance.now();
    const text = vendorMessage(JSON.stringify({ message: "x".repeat(10_000_000) })) ?? "";
    assert.equal(text.length, 300);
    assert.ok(text.endsWith("…"));
    assert.equal(vendorMessage("{".repeat(1_000_000))?.length, 300);
    assert.ok(performance.now() - started < 2_000);
  });

  it("hides what was sent as a secret, wherever it stood", () => {
    const sent = {
      name: "shop-name",
      db_pass: "hunter2",
      nested: [{ name: "STRIPE_KEY", value: "sk_live_1" }],
      root_key: "abcdef0123",
    };
    const said = "shop-name: hunter2 and sk_live_1 and abcdef0123 for STRIPE_KEY";
    assert.equal(
      vendorMessage(JSON.stringify({ message: said }), sent),
      "shop-name: *** and *** and *** for STRIPE_KEY",
    );
  });

  it("hides a password in a statement that Postgres quotes", () => {
    const message = `ERROR: 42601: syntax error at "x" LINE 1: ALTER ROLE a PASSWORD 'it''s secret' x`;
    assert.equal(
      vendorMessage(JSON.stringify({ message })),
      `ERROR: 42601: syntax error at "x" LINE 1: ALTER ROLE a PASSWORD *** x`,
    );
    assert.ok(!vendorMessage("alter role a password 'cut of")?.includes("cut"));
  });

  it("hides tokens and connection strings that it never sent", () => {
    const message = `Bearer sbp_${"a".repeat(40)} postgres://postgres:hunter2@db/postgres`;
    const said = vendorMessage(JSON.stringify({ message })) ?? "";
    assert.ok(!said.includes("aaaa") && !said.includes("hunter2"), said);
  });
});
