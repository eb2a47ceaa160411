import { testRules } from "../support/plan-fixture.ts";

const noReplica = { "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined };

describe("rule replica-apart", () => {
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
