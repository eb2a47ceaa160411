import assert from "node:assert/strict";
import { keysSource } from "../../../audit/facts/keys.ts";
import { createKmsKeys } from "../../support/vaults.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { testDrifts } from "../support/drifts.ts";

async function keyId({ kms, plan }: AuditedStack): Promise<string> {
  const { KeyMetadata } = await kms.describeKey({ KeyId: plan.vault.keys.kms });
  return KeyMetadata?.KeyId ?? "";
}

describe("audit of the vault's keys", () => {
  let policy = "";
  let grant = "";
  const gone = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  testDrifts(keysSource, [
    {
      what: "a key that is disabled",
      findings: ["keys.state/alias/<env>: Disabled"],
      make: async (stack) => stack.kms.disableKey({ KeyId: await keyId(stack) }),
      back: async (stack) => stack.kms.enableKey({ KeyId: await keyId(stack) }),
    },
    {
      what: "a key whose deletion is pending",
      findings: [`keys.state/alias/<env>: PendingDeletion, gone on ${gone}`],
      make: async (stack) =>
        stack.kms.scheduleKeyDeletion({ KeyId: await keyId(stack), PendingWindowInDays: 7 }),
      async back(stack) {
        await stack.kms.cancelKeyDeletion({ KeyId: await keyId(stack) });
        await stack.kms.enableKey({ KeyId: await keyId(stack) });
      },
    },
    {
      what: "a key that is not rotated",
      findings: ["keys.rotation/alias/<env>: off"],
      make: async (stack) => stack.kms.disableKeyRotation({ KeyId: await keyId(stack) }),
      back: async (stack) =>
        stack.kms.enableKeyRotation({ KeyId: await keyId(stack), RotationPeriodInDays: 365 }),
    },
    {
      what: "a key that is rotated more rarely",
      findings: ["keys.rotation/alias/<env>: every 2000 days"],
      make: async (stack) =>
        stack.kms.enableKeyRotation({ KeyId: await keyId(stack), RotationPeriodInDays: 2000 }),
      back: async (stack) =>
        stack.kms.enableKeyRotation({ KeyId: await keyId(stack), RotationPeriodInDays: 365 }),
    },
    {
      what: "a policy that lets everybody end the key",
      findings: ["keys.policy/alias/<env>: without OnlyBreakGlassEndsTheKey; also allows by Strangers"],
      async make(stack) {
        const KeyId = await keyId(stack);
        policy = (await stack.kms.getKeyPolicy({ KeyId, PolicyName: "default" })).Policy ?? "";
        const { Statement, ...document } = JSON.parse(policy);
        const stranger = {
          ...{ Sid: "Strangers", Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" },
        };
        const Policy = JSON.stringify({ ...document, Statement: [Statement[0], stranger] });
        await stack.kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy });
      },
      back: async (stack) =>
        stack.kms.putKeyPolicy({ KeyId: await keyId(stack), PolicyName: "default", Policy: policy }),
    },
  ]);

  it("looks at the key of alerts and logs too, which the plan does not name", async () => {
    const stack = await auditedStack();
    const alias = `alias/holdfast-${stack.plan.environment}-operations`;
    const KeyId = (await stack.kms.describeKey({ KeyId: alias })).KeyMetadata?.KeyId;
    await stack.kms.disableKey({ KeyId });
    try {
      assert.deepEqual(await stack.findings(keysSource), [
        "keys.state/alias/holdfast-<env>-operations: Disabled",
      ]);
    } finally {
      await stack.kms.enableKey({ KeyId });
    }
    const ids = (await stack.facts(keysSource)).map(({ id }) => id).filter((id) => id.endsWith(alias));
    assert.deepEqual(
      ids.map((id) => id.split("/")[0]),
      ["keys.state", "keys.spec", "keys.rotation", "keys.policy", "keys.grants"],
    );
  });

  it("finds a grant, and nothing else", async () => {
    const stack = await auditedStack();
    const KeyId = await keyId(stack);
    const { GrantId = "" } = await stack.kms.createGrant({
      ...{ KeyId, Operations: ["Decrypt"], GranteePrincipal: "arn:aws:iam::999999999999:role/stranger" },
    });
    grant = GrantId;
    assert.deepEqual(await stack.findings(keysSource), [
      `keys.grants/alias/<env>: arn:aws:iam::999999999999:role/stranger: Decrypt (${grant})`,
    ]);
    await stack.kms.revokeGrant({ KeyId, GrantId });
    assert.deepEqual(await stack.findings(keysSource), []);
  });

  it("takes a key that is not there for one finding, and tells a key of another kind", async () => {
    const stack = await auditedStack();
    const { kms: encrypts } = await createKmsKeys();
    const keys = { ...stack.plan.vault.keys, kms: "alias/no-such-key", signing: { kms: encrypts } };
    const plan = { ...stack.plan, vault: { ...stack.plan.vault, keys } };
    assert.deepEqual(await stack.findings(keysSource, { plan }), [
      "keys.state/alias/no-such-key: absent",
      `keys.spec/${encrypts}: SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT`,
    ]);
  });
});
