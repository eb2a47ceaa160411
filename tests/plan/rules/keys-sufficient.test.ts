import { testRules } from "../support/plan-fixture.ts";

const noReplica = { "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined };
const noEscrow = { "vault.keys.escrowPublicKey": undefined };

describe("rule keys-sufficient", () => {
  testRules([
    {
      rule: "some key must open the points",
      accepts: { ...noReplica, "vault.keys": { escrowPublicKey: { file: "escrow.pem" } } },
      refuses: { ...noReplica, "vault.keys": {} },
      path: "vault.keys",
      value: "{}",
      bound: /at least one of kms and escrowPublicKey/,
      fix: /add kms: .* or escrowPublicKey/,
    },
    {
      rule: "without a lock, a KMS key alone is not enough on AWS",
      accepts: { "vault.lock": { mode: "none" } },
      refuses: { ...noEscrow, "vault.lock": { mode: "none" } },
      path: "vault.lock.mode",
      value: '"none"',
      bound: /compliance or governance, unless an escrow key exists/,
      fix: /write mode: compliance, or add escrowPublicKey/,
    },
    {
      rule: "a store without object lock may go with a KMS key",
      accepts: { ...noEscrow, "vault.lock": { mode: "none" }, "vault.endpoint": "https://s3.example.com" },
      refuses: { ...noEscrow, ...noReplica, "vault.lock": { mode: "none" } },
      path: "vault.lock.mode",
      value: '"none"',
      bound: /unless an escrow key exists/,
      fix: /mode: compliance/,
    },
  ]);
});
