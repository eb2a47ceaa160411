import assert from "node:assert/strict";
import { evaluatePolicy, type PolicyCall } from "../../../support/evaluate-policy.ts";
import { ACCOUNT, REGION } from "../../../support/record-stack.ts";
import { Declared, shippedPlan } from "../../support/protection.ts";

export const BUCKET = "arn:aws:s3:::holdfast-prod-vault";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-vault-1234567`;
export const REPLICA_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/keys-replica-1234567`;
export const SIGNING_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-signing-1234567`;

/** What a job's own encryption sends with a call of KMS. */
export function opening(chunk: string, { project = "ordak", resource = KEY } = {}): PolicyCall {
  const context = {
    "kms:EncryptionContext:project": project,
    "kms:EncryptionContext:point": "nightly_20260101_020000",
    "kms:EncryptionContext:chunk": chunk,
  };
  return { action: "kms:Decrypt", resource, context };
}

/** What S3 sends when it adds or takes off its own encryption. */
export function throughS3(action: string, bucket = BUCKET): PolicyCall {
  return {
    action,
    resource: KEY,
    context: {
      "kms:ViaService": `s3.${REGION}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": bucket,
    },
  };
}

let declared: Declared | undefined;

/** The roles that the shipped plan of prod declares, once for every file. */
export function prodRoles() {
  before(async () => {
    declared ??= await Declared.of(shippedPlan("prod"));
  });
  const prod = (): Declared => declared ?? assert.fail("the stack is declared before the tests");
  return {
    prod,
    /** What AWS answers a role that asks. */
    answer: (role: string, call: PolicyCall) =>
      evaluatePolicy(prod().statements(`roles-${role}-policy`), call),
  };
}
