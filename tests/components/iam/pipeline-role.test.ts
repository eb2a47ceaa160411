import assert from "node:assert/strict";
import { evaluatePolicy, type PolicyCall } from "../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, shippedPlan } from "../support/protection.ts";

const BUCKET = "arn:aws:s3:::holdfast-prod-vault";
const POINT = `${BUCKET}/ordak/points/checkpoint/CHECKPOINT_20260101_020000_v1`;
const ofKey = (action: string): PolicyCall => ({
  action,
  resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-vault-1234567`,
  context: {
    "kms:EncryptionContext:project": "ordak",
    "kms:EncryptionContext:chunk": "data/public.orders/0",
  },
});

/** What a checkpoint asks of AWS: takes the point, reads it back, restores it in a stack of its own, marks it. */
const CALLS: Readonly<Record<string, PolicyCall>> = {
  seal: ofKey("kms:GenerateDataKey"),
  write: { action: "s3:PutObject", resource: `${POINT}/data/0` },
  read: { action: "s3:GetObject", resource: `${POINT}/data/0` },
  open: ofKey("kms:Decrypt"),
  mark: { action: "s3:PutObjectTagging", resource: `${POINT}/manifest.json` },
  keepState: {
    action: "s3:PutObject",
    resource: "arn:aws:s3:::holdfast-state/drills/.pulumi/stacks/holdfast-drills/a.json",
  },
};

describe("what a pipeline's role needs for checkpoints", () => {
  let declared: Declared;
  before(async () => {
    declared = await Declared.of(shippedPlan("prod"));
  });
  /** What the statements of these roles together do not allow. */
  const lacking = (...kinds: string[]) => {
    const statements = kinds.flatMap((kind) => declared.statements(`roles-${kind}-policy`));
    return Object.keys(CALLS).filter((name) => {
      const call = CALLS[name];
      return call && evaluatePolicy(statements, call) !== "allowed";
    });
  };

  it("is the writer's statements and the driller's, or the restorer's where no drill proves", () => {
    assert.deepEqual(lacking("writer", "driller"), []);
    assert.deepEqual(lacking("writer", "restorer"), ["keepState"]);
  });

  it("is in no role alone", () => {
    assert.deepEqual(lacking("writer"), ["read", "open", "mark", "keepState"]);
    assert.deepEqual(lacking("driller"), ["seal", "write"]);
  });

  it("fits into one role, and deletes nothing of the vault", () => {
    const kinds = ["writer", "driller"];
    const size = (kind: string) => String(declared.get(`roles-${kind}-policy`).inputs.policy).length;
    assert.ok(kinds.map(size).reduce((total, one) => total + one) < 6_000);
    const statements = kinds.flatMap((kind) => declared.statements(`roles-${kind}-policy`));
    for (const action of ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"])
      assert.notEqual(evaluatePolicy(statements, { action, resource: `${POINT}/data/0` }), "allowed", action);
  });
});
