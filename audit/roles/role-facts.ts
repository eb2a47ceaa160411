import type { IAM } from "@aws-sdk/client-iam";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { answerFact, askAws, refusedFact, UP } from "../aws/ask-aws.ts";
import { type DeclaredStack, type Inputs, UNKNOWN_KEY } from "../declared/declared-stack.ts";
import { comparePolicies } from "../policies/compare-policies.ts";
import { everyPage } from "./every-page.ts";

const TRUST: FactKind = {
  id: "roles.trust",
  setting: "who may take on a role",
  source: "IAM GetRole",
  fix: UP,
};
const POLICY: FactKind = {
  id: "roles.policy",
  setting: "what a role may",
  source: "IAM GetRolePolicy",
  fix: UP,
};
const OTHERS: FactKind = {
  id: "roles.others",
  setting: "further policies of a role",
  source: "IAM ListRolePolicies, ListAttachedRolePolicies",
  fix: "aws iam delete-role-policy --role-name {subject} --policy-name of each, or detach-role-policy --policy-arn",
};
export const ROLE_KINDS: readonly FactKind[] = [TRUST, POLICY, OTHERS];

/** Three facts of each role of the environment. */
export async function* roleFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  const iam = await context.aws.client("iam");
  for (const role of stack.of("iam/role:Role")) {
    context.signal.throwIfAborted();
    yield* oneRole(context, stack, iam, role);
  }
}

async function* oneRole(
  context: AuditContext,
  stack: DeclaredStack,
  iam: IAM,
  inputs: Inputs,
): AsyncGenerator<AuditFact> {
  const RoleName = String(inputs.name);
  const trust = String(inputs.assumeRolePolicy);
  const answer = await askAws("iam:GetRole", ["NoSuchEntity", "NoSuchEntityException"], () =>
    iam.getRole({ RoleName }),
  );
  const session = (seconds: unknown) => `for ${Number(seconds ?? 3600) / 3600} h`;
  yield answerFact(context, TRUST, {
    ...{ subject: RoleName, answer },
    declared: `${comparePolicies(trust, trust).declared} ${session(inputs.maxSessionDuration)}`,
    words: ({ Role }) =>
      `${comparePolicies(trust, Role?.AssumeRolePolicyDocument ?? "{}").actual} ${session(Role?.MaxSessionDuration)}`,
  });
  // What a role that is gone may is nothing.
  if (answer.is === "absent") return;
  const [policy] = stack.of("iam/rolePolicy:RolePolicy", { role: RoleName });
  if (policy !== undefined) yield await policyFact(context, iam, policy);
  yield await othersFact(context, iam, { RoleName, own: policy === undefined ? [] : [String(policy.name)] });
}

async function policyFact(context: AuditContext, iam: IAM, inputs: Inputs): Promise<AuditFact> {
  const RoleName = String(inputs.role);
  const document = String(inputs.policy);
  const { declared } = comparePolicies(document, document);
  const answer = await askAws("iam:GetRolePolicy", ["NoSuchEntity", "NoSuchEntityException"], async () => {
    const found = await iam.getRolePolicy({ RoleName, PolicyName: String(inputs.name) });
    return comparePolicies(document, found.PolicyDocument ?? "{}").actual;
  });
  // The ARN of a key is not known: what names it cannot be compared.
  if (document.includes(UNKNOWN_KEY) && answer.is === "told" && answer.value === declared)
    return refusedFact(context, POLICY, { subject: RoleName, declared, permission: "kms:DescribeKey" });
  return answerFact(context, POLICY, { subject: RoleName, declared, answer, words: (actual) => actual });
}

async function othersFact(
  context: AuditContext,
  iam: IAM,
  { RoleName, own }: { readonly RoleName: string; readonly own: readonly string[] },
): Promise<AuditFact> {
  const inline = await askAws("iam:ListRolePolicies", ["NoSuchEntity", "NoSuchEntityException"], async () => {
    const pages = await everyPage((from) => iam.listRolePolicies({ RoleName, ...from }));
    return pages.flatMap(({ PolicyNames = [] }) => PolicyNames).filter((name) => !own.includes(name));
  });
  const answer =
    inline.is !== "told"
      ? inline
      : await askAws("iam:ListAttachedRolePolicies", ["NoSuchEntity", "NoSuchEntityException"], async () => {
          const pages = await everyPage((from) => iam.listAttachedRolePolicies({ RoleName, ...from }));
          const attached = pages.flatMap(({ AttachedPolicies = [] }) => AttachedPolicies);
          return [...inline.value, ...attached.map(({ PolicyArn = "" }) => PolicyArn)].sort();
        });
  return answerFact(context, OTHERS, {
    ...{ subject: RoleName, declared: "none", answer },
    words: (names) => names.join(", ") || "none",
  });
}
