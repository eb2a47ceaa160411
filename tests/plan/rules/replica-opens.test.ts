import { testRules } from "../support/plan-fixture.ts";

const noReplica = { "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined };
const noEscrow = { "vault.keys.escrowPublicKey": undefined };

describe("rule replica-opens", () => {
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
