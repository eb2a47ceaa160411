import assert from "node:assert/strict";
import { ownAlias } from "../../../components/vault/declare-key.ts";
import { VaultKeys } from "../../../components/vault/vault-keys.ts";
import { evaluatePolicy } from "../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, type Program, shippedPlan, smallPlan } from "../support/protection.ts";

const ADMIN = `arn:aws:iam::${ACCOUNT}:role/holdfast-break-glass`;
const BREAK_GLASS = `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-break-glass`;
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/deployer`;

describe("VaultKeys", () => {
  const ofPlan: Program = ({ environment, vault }, facts) =>
    new VaultKeys("keys", { environment, vault, facts });

  it("makes a rotated key in each region and one that signs, under the plan's aliases", async () => {
    const declared = await Declared.of(shippedPlan("prod"), ofPlan);
    const tags = { "holdfast:environment": "prod", "holdfast:component": "VaultKeys" };
    const made = { deletionWindowInDays: 30, multiRegion: false, tags };
    const symmetric = {
      ...made,
      keyUsage: "ENCRYPT_DECRYPT",
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
    };
    const { description: _, policy: __, ...vault } = declared.get("keys-vault").inputs;
    assert.deepEqual(vault, { ...symmetric, region: REGION });
    const { description: ___, policy: ____, ...replica } = declared.get("keys-replica").inputs;
    assert.deepEqual(replica, { ...symmetric, region: "eu-west-1" });
    const { description: _____, policy: ______, ...signing } = declared.get("keys-signing").inputs;
    assert.deepEqual(signing, {
      ...made,
      region: REGION,
      keyUsage: "SIGN_VERIFY",
      customerMasterKeySpec: "ECC_NIST_P256",
    });
    assert.deepEqual(
      declared
        .of("aws:kms/alias:Alias")
        .map(({ inputs }) => [inputs.name, inputs.region, inputs.targetKeyId]),
      [
        ["alias/holdfast-prod-replica", "eu-west-1", "keys-replica-1234567"],
        ["alias/holdfast-prod-evidence", REGION, "keys-signing-1234567"],
        ["alias/holdfast-prod", REGION, "keys-vault-1234567"],
      ],
    );
    for (const { name, protect, retainOnDelete, parent, custom } of declared.all.filter(
      (one) => one.custom,
    )) {
      assert.deepEqual({ protect, retainOnDelete, parent, custom }, { ...KEPT, custom: true }, name);
    }
  });

  it("lets break-glass and the plan's admins alone disable a key or schedule its deletion", async () => {
    const declared = await Declared.of(shippedPlan("prod"), ofPlan);
    for (const key of ["keys-vault", "keys-replica", "keys-signing"]) {
      const answer = (action: string, principal: string) =>
        evaluatePolicy(declared.statements(key), {
          action,
          resource: "*",
          context: { "aws:PrincipalArn": principal },
        });
      for (const action of ["kms:DisableKey", "kms:ScheduleKeyDeletion"]) {
        assert.equal(answer(action, BREAK_GLASS), "allowed");
        assert.equal(answer(action, ADMIN), "allowed");
        assert.equal(answer(action, DEPLOYER), "denied");
        assert.equal(answer(action, `arn:aws:iam::${ACCOUNT}:root`), "denied");
      }
      assert.equal(answer("kms:DisableKeyRotation", DEPLOYER), "denied");
      // KMS makes no key whose policy its maker could not change.
      assert.equal(answer("kms:PutKeyPolicy", DEPLOYER), "allowed");
    }
    const [account] = declared.statements("keys-vault");
    assert.deepEqual(account?.Principal, { AWS: `arn:aws:iam::${ACCOUNT}:root` });
  });

  it("uses a key that exists, by ARN or id, and makes none", async () => {
    const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/mrk-1`;
    for (const [kms, expected] of [
      [arn, arn],
      [
        "0123abcd-0123-0123-0123-0123456789ab",
        `arn:aws:kms:${REGION}:${ACCOUNT}:key/0123abcd-0123-0123-0123-0123456789ab`,
      ],
    ]) {
      let found: string | undefined;
      const declared = await Declared.of(smallPlan({ keys: { kms } }), ({ environment, vault }, facts) => {
        const { keyArn } = new VaultKeys("keys", { environment, vault, facts });
        keyArn?.apply((value) => {
          found = value;
        });
      });
      assert.deepEqual(declared.counts(), { "holdfast:vault:VaultKeys": 1 });
      assert.equal(found, expected);
    }
  });

  it("refuses an alias of another account", () => {
    const of = (account: string) =>
      ownAlias({ id: `arn:aws:kms:${REGION}:${account}:alias/holdfast`, field: "vault.keys.kms" }, ACCOUNT);
    assert.equal(of(ACCOUNT), "alias/holdfast");
    assert.equal(ownAlias({ id: "alias/holdfast", field: "vault.keys.kms" }, ACCOUNT), "alias/holdfast");
    assert.throws(() => of("999999999999"), {
      code: "KEY_IN_OTHER_ACCOUNT",
      exitCode: 2,
      message: /vault\.keys\.kms names the alias .*999999999999.*account is 123456789012/,
    });
  });
});

const KEPT = { protect: true, retainOnDelete: true, parent: "keys" };
