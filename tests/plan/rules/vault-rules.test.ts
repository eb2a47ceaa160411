import { testRules } from "../support/plan-fixture.ts";

const noReplica = { "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined };
const noEscrow = { "vault.keys.escrowPublicKey": undefined };

describe("rules between the fields of the vault", () => {
  describe("keys-sufficient", () => {
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

  describe("replica-opens", () => {
    testRules([
      {
        rule: "a replica key needs a replica region",
        accepts: noReplica,
        refuses: { "vault.replicaRegion": undefined },
        path: "vault.keys.replicaKms",
        value: /eu-west-1/,
        bound: /absent without vault\.replicaRegion/,
        fix: /add vault\.replicaRegion, or remove replicaKms/,
      },
      {
        rule: "the replica has a key of its own",
        accepts: { "vault.keys.replicaKms": "alias/other" },
        refuses: { "vault.keys.replicaKms": "alias/test" },
        path: "vault.keys.replicaKms",
        value: '"alias/test"',
        bound: /another key than vault\.keys\.kms/,
        fix: /a key that lives in the replica region/,
      },
      {
        rule: "the replica's key lives in the replica's region",
        accepts: { "vault.keys.replicaKms": "arn:aws:kms:eu-west-1:123456789012:key/mrk-1" },
        refuses: { "vault.keys.replicaKms": "arn:aws:kms:eu-central-1:123456789012:key/mrk-1" },
        path: "vault.keys.replicaKms",
        value: /eu-central-1/,
        bound: /a key in the replica region eu-west-1/,
        fix: /name a key of that region/,
      },
      {
        rule: "the replica opens without the vault's region",
        accepts: { "vault.keys.replicaKms": undefined },
        refuses: { ...noEscrow, "vault.keys.replicaKms": undefined },
        path: "vault.keys.replicaKms",
        value: "missing",
        bound: /opens the replica when the vault's region is down/,
        fix: /add replicaKms: .*eu-west-1, or escrowPublicKey/,
      },
    ]);
  });

  describe("replica-apart", () => {
    testRules([
      {
        rule: "the replica is in another region",
        accepts: { "vault.replicaRegion": "eu-west-1" },
        refuses: { "vault.replicaRegion": "eu-central-1", "vault.keys.replicaKms": "alias/other" },
        path: "vault.replicaRegion",
        value: '"eu-central-1"',
        bound: /another region than eu-central-1/,
        fix: /a region far away/,
      },
      {
        rule: "a replica bucket has a region",
        accepts: { "vault.replicaBucket": "test-replica" },
        refuses: { ...noReplica, "vault.replicaBucket": "test-replica" },
        path: "vault.replicaRegion",
        value: "missing",
        bound: /the region of the replica bucket/,
        fix: /add replicaRegion, or remove replicaBucket/,
      },
      {
        rule: "the replica is another bucket",
        accepts: { "vault.replicaBucket": "test-replica" },
        refuses: { "vault.replicaBucket": "test-vault" },
        path: "vault.replicaBucket",
        value: '"test-vault"',
        bound: /another bucket than test-vault/,
        fix: /another name/,
      },
      {
        rule: "the replica bucket's name is one that S3 takes, also where it is not written",
        accepts: { "vault.bucket": "b".repeat(55) },
        refuses: { "vault.bucket": "b".repeat(56) },
        path: "vault.replicaBucket",
        value: "missing",
        bound: /63 characters at most, which b{56}-replica is not/,
        fix: /add vault.replicaBucket with a shorter name/,
      },
      {
        rule: "without an endpoint the region is one of AWS",
        accepts: { ...noReplica, "vault.region": "auto", "vault.endpoint": "https://s3.example.com" },
        refuses: { ...noReplica, "vault.region": "auto" },
        path: "vault.region",
        value: '"auto"',
        bound: /an AWS region such as eu-central-1/,
        fix: /correct the region, or add vault\.endpoint/,
      },
    ]);
  });

  describe("lock-meaningful", () => {
    testRules([
      {
        rule: "a lock of mode none has no days",
        accepts: { "vault.lock": { mode: "none", days: 0 } },
        refuses: { "vault.lock": { mode: "none", days: 30 } },
        path: "vault.lock.days",
        value: "30",
        bound: /absent with mode none/,
        fix: /remove days, or write mode: compliance/,
      },
    ]);
  });
});
