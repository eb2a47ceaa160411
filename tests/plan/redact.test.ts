import assert from "node:assert/strict";
import fc from "fast-check";
import { redact } from "../../plan/redact.ts";

const SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.abc_DEF-123";

describe("redact", () => {
  const hidden: readonly (readonly [string, string])[] = [
    [
      "postgres://postgres:hunter2@db.example.com:5432/postgres",
      "postgres://postgres:***@db.example.com:5432/postgres",
    ],
    ["postgres://postgres:p@ss/w:rd@db/postgres", "postgres://postgres:***@db/postgres"],
    ["redis://:hunter2@cache", "redis://:***@cache"],
    ["https://ghp_token@github.com/a", "https://***@github.com/a"],
    ["https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/***"],
    ["token sbp_0123456789abcdef0123", "token sbp_***"],
    ["sb_secret_abcdefgh12345", "sb_secret_***"],
    ["Authorization: Bearer abcdefgh12345678", "Authorization: Bearer ***"],
    ["password=hunter2 host=db", "password=*** host=db"],
    ["PGPASSWORD=hunter2", "PGPASSWORD=***"],
    ['{"password":"hunter \\" 2","a":1}', '{"password":***,"a":1}'],
    ["password='hunter 2' x", "password=*** x"],
    ["AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=***"],
    ["aws_session_token: abc", "aws_session_token: ***"],
    ["SUPABASE_SERVICE_ROLE_KEY=abc", "SUPABASE_SERVICE_ROLE_KEY=***"],
    [`key is ${SECRET_KEY}.`, `key is ${SECRET_KEY}.`],
    [`key is ${SECRET_KEY} here`, "key is *** here"],
    [`before ${PEM} after`, "before *** private key *** after"],
    ["-----BEGIN PRIVATE KEY-----\nMIIE cut off", "*** private key ***"],
    [`jwt ${JWT}`, "jwt ***"],
  ];
  for (const [text, expected] of hidden) {
    it(`turns ${JSON.stringify(text.slice(0, 50))} into ${JSON.stringify(expected.slice(0, 50))}`, () => {
      assert.equal(redact(text), expected);
    });
  }

  const kept = [
    "",
    "password authentication failed for user",
    "http://127.0.0.1:9000/bucket/a@b",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "coppercore/points/nightly/nightly_20260131_020000/data/public.orders/0001",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf",
    "connection: {env: DATABASE_URL}",
    "secretAccessKey: {env: KEY}",
    "keys: {escrowPublicKey: {file: keys/escrow.pem}}",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "CHECKPOINT_20260131_174501_v1.4.2-3-gabc1234",
  ];
  for (const text of kept) {
    it(`leaves ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(redact(text), text));
  }

  it("never leaves a password of a URL, whatever it is", () => {
    const password = fc
      .string({ minLength: 6, maxLength: 20 })
      .filter((text) => !/[\s"'<>]/.test(text) && !/^\d{1,5}\//.test(text));
    fc.assert(
      fc.property(password, (secret) => {
        const text = redact(
          `could not reach postgres://postgres:${secret}@db.example.com:5432/postgres (timeout)`,
        );
        assert.equal(text, "could not reach postgres://postgres:***@db.example.com:5432/postgres (timeout)");
      }),
    );
  });

  it("changes nothing more the second time", () => {
    const pieces = fc.constantFrom(...hidden.map(([text]) => text), ...kept, " ", "\n", "@", ":", "=");
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 6 }), (parts) => {
        const once = redact(parts.join(""));
        assert.equal(redact(once), once);
      }),
    );
  });

  it("takes time in proportion to the text", () => {
    const started = performance.now();
    for (const piece of [
      "a:",
      "://a:",
      "password=",
      "eyJaaaaaa.",
      "-----BEGIN PRIVATE KEY-----",
      "A/1b",
      "Bearer ",
    ]) {
      redact(piece.repeat(20_000));
    }
    assert.ok(performance.now() - started < 5_000);
  });
});
