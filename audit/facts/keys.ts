import type { KeyMetadata, KMS } from "@aws-sdk/client-kms";
import { declaresVault } from "../../plan/declares-vault.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import { answerFact, askAws, UP } from "../aws/ask-aws.ts";
import { type DeclaredKey, type DeclaredStack, declaredStack } from "../declared/declared-stack.ts";
import { comparePolicies } from "../policies/compare-policies.ts";

const STATE: FactKind = {
  id: "keys.state",
  setting: "state of a key",
  source: "KMS DescribeKey",
  fix: `aws kms cancel-key-deletion --key-id {subject} where its deletion is pending, aws kms enable-key --key-id {subject}, both as break-glass; where there is none: ${UP}`,
};
const SPEC: FactKind = {
  id: "keys.spec",
  setting: "kind and use of a key",
  source: "KMS DescribeKey",
  fix: "A key cannot be changed: name another one in the plan, keep this one for what it sealed, then: pulumi up --refresh --stack {stack}",
};
const ROTATION: FactKind = {
  id: "keys.rotation",
  setting: "yearly rotation of a key",
  source: "KMS GetKeyRotationStatus",
  fix: UP,
};
const POLICY: FactKind = {
  id: "keys.policy",
  setting: "policy of a key",
  source: "KMS GetKeyPolicy",
  fix: UP,
};
const GRANTS: FactKind = {
  id: "keys.grants",
  setting: "grants that let others use a key",
  source: "KMS ListGrants",
  fix: "aws kms revoke-grant --key-id {subject} --grant-id of each, after you know who made it",
};

/**
 * The keys that the plan's vault names, and the stack's own for alerts, failed jobs and logs. Of one that exists already,
 * its policy and rotation are its owner's.
 */
export const keysSource: AuditSource = {
  name: "keys",
  kinds: [STATE, SPEC, ROTATION, POLICY, GRANTS],
  async *read(context) {
    const { vault, environment } = context.plan;
    const operations = { id: `alias/holdfast-${environment}-operations`, region: vault.region, signs: false };
    const named = [...namedKeys(vault), ...(declaresVault(vault) ? [operations] : [])];
    // A store outside AWS has no keys there unless the plan says so.
    if (named.length === 0 || (!declaresVault(vault) && vault.kmsEndpoint === undefined)) return;
    const stack = await declaredStack(context);
    for (const key of named) yield* keyFacts(context, key, stack);
  },
};

interface NamedKey {
  /** As the plan names it. */
  readonly id: string;
  readonly region: string;
  readonly signs: boolean;
}

const REGION = /^arn:[^:]+:kms:([^:]+):/;

function namedKeys({ keys, region, replicaRegion = region }: ProtectionPlan["vault"]): NamedKey[] {
  const { kms, replicaKms, signing } = keys;
  const all = [
    { id: kms, region, signs: false },
    { id: replicaKms, region: replicaRegion, signs: false },
    { id: signing !== undefined && "kms" in signing ? signing.kms : undefined, region, signs: true },
  ];
  return all.flatMap(({ id, ...rest }) =>
    id === undefined ? [] : [{ id, ...rest, region: REGION.exec(id)?.[1] ?? rest.region }],
  );
}

async function* keyFacts(
  context: AuditContext,
  { id, region, signs }: NamedKey,
  stack: DeclaredStack,
): AsyncGenerator<AuditFact> {
  const kms = await context.aws.client("kms", region);
  const answer = await askAws(
    "kms:DescribeKey",
    ["NotFoundException"],
    async (): Promise<Partial<KeyMetadata>> => {
      const { KeyMetadata: found } = await kms.describeKey({ KeyId: id });
      return found ?? {};
    },
  );
  const about = { subject: id, answer };
  yield answerFact(context, STATE, { ...about, declared: "Enabled", words: stateWords });
  // Each setting of a key that is gone is gone.
  if (answer.is === "absent") return;
  yield answerFact(context, SPEC, {
    ...about,
    declared: signs ? "ECC_NIST_P256 for SIGN_VERIFY" : "SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT",
    words: ({ KeySpec, KeyUsage }) => `${KeySpec} for ${KeyUsage}`,
  });
  // One that may not be seen has no ARN to ask on with.
  if (answer.is !== "told") return;
  const arn = answer.value.Arn ?? id;
  const key: AuditedKey = { context, kms, id, arn };
  const made = stack.keys.find((one) => one.region === region && id.endsWith(one.alias) && one.arn === arn);
  if (made !== undefined) yield* madeKeyFacts(key, made, signs);
  yield await grantsFact(key);
}

function stateWords({ KeyState, DeletionDate }: Partial<KeyMetadata>): string {
  return DeletionDate ? `${KeyState}, gone on ${DeletionDate.toISOString().slice(0, 10)}` : `${KeyState}`;
}

interface AuditedKey {
  readonly context: AuditContext;
  readonly kms: KMS;
  /** As the plan names it. */
  readonly id: string;
  readonly arn: string;
}

async function* madeKeyFacts(
  { context, kms, id, arn }: AuditedKey,
  { inputs }: DeclaredKey,
  signs: boolean,
): AsyncGenerator<AuditFact> {
  if (!signs) {
    const answer = await askAws("kms:GetKeyRotationStatus", ["UnsupportedOperationException"], () =>
      kms.getKeyRotationStatus({ KeyId: arn }),
    );
    yield answerFact(context, ROTATION, {
      ...{ subject: id, answer, absent: "off" },
      declared: `every ${inputs.rotationPeriodInDays} days`,
      words: ({ KeyRotationEnabled, RotationPeriodInDays = 365 }) =>
        KeyRotationEnabled ? `every ${RotationPeriodInDays} days` : "off",
    });
  }
  const document = String(inputs.policy);
  const { declared } = comparePolicies(document, document);
  const answer = await askAws("kms:GetKeyPolicy", ["NotFoundException"], async () => {
    const { Policy = "{}" } = await kms.getKeyPolicy({ KeyId: arn, PolicyName: "default" });
    return comparePolicies(document, Policy).actual;
  });
  yield answerFact(context, POLICY, { subject: id, declared, answer, words: (actual) => actual });
}

async function grantsFact({ context, kms, id, arn }: AuditedKey): Promise<AuditFact> {
  const answer = await askAws("kms:ListGrants", ["NotFoundException"], async () => {
    const { Grants = [] } = await kms.listGrants({ KeyId: arn });
    return Grants;
  });
  return answerFact(context, GRANTS, {
    ...{ subject: id, declared: "none", answer },
    words: (grants) =>
      grants
        .map(
          ({ GrantId, GranteePrincipal, Operations = [] }) =>
            `${GranteePrincipal}: ${Operations.join(", ")} (${GrantId})`,
        )
        .sort()
        .join("; ") || "none",
  });
}
