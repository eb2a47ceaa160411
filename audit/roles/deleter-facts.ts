import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { roleName } from "../../components/iam/role-name.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { evidencePrefix, MANIFEST_FILE, pointPrefix } from "../../vault/layout.ts";
import { mirrorPrefix } from "../../vault/mirror/mirror-layout.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { type AwsAnswer, answerFact, askAws } from "../aws/ask-aws.ts";
import type { DeclaredStack } from "../declared/declared-stack.ts";
import { isDeniedByResource, mayByIdentity } from "../policies/judge-call.ts";
import { type AuditedStatement, statements } from "../policies/statements.ts";
import { type AccountPrincipal, readPrincipals } from "./read-principals.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `access.${id}`,
  setting,
  source: "IAM GetAccountAuthorizationDetails, S3 GetBucketPolicy, KMS GetKeyPolicy",
  fix: "pulumi up --refresh --stack {stack} where the bucket's or key's own policy lets them; else take the right from each in IAM, or name them in vault.keyAdmins",
});
const DELETE = kind("delete-versions", "who can delete versions from the vault");
const BYPASS = kind("bypass-locks", "who can get past locks of the vault");
const END = kind("end-keys", "who can end a key of the vault");
export const DELETER_KINDS: readonly FactKind[] = [DELETE, BYPASS, END];

/** One object of each kind that must last. */
function protectedKeys({ environment, projects }: ProtectionPlan): string[] {
  const ofProjects = projects.flatMap(({ name }) => [
    `${pointPrefix(name, "nightly", "any")}${MANIFEST_FILE}`,
    `${mirrorPrefix(name, "any")}any`,
  ]);
  return [...ofProjects, `${evidencePrefix(environment)}0000000001.json`];
}

/**
 * Who could, by IAM's policies and the resource's own together. Beyond what they say are: the account's root, control
 * policies of an organization, boundaries, and whoever may change these policies themselves.
 */
export async function* deleterFacts(context: AuditContext, stack: DeclaredStack): AsyncGenerator<AuditFact> {
  const { plan, aws } = context;
  const iam = await aws.client("iam");
  const principals = await askAws("iam:GetAccountAuthorizationDetails", [], () => readPrincipals(iam));
  const { accountId, partition } = stack.account;
  const own = (role: "break-glass" | "sweeper") =>
    `arn:${partition}:iam::${accountId}:role/${roleName(plan.environment, role)}`;
  const guardians = [own("break-glass"), ...plan.vault.keyAdmins];
  const bucketArn = `arn:${partition}:s3:::${plan.vault.bucket}`;
  const bucketPolicy = await readBucketPolicy(context);
  const inBucket = (action: string) => ({
    action,
    resources: protectedKeys(plan).map((key) => `${bucketArn}/${key}`),
    policy: bucketPolicy,
  });
  yield whoFact(context, DELETE, principals, inBucket("s3:DeleteObjectVersion"), [
    ...guardians,
    own("sweeper"),
  ]);
  yield whoFact(context, BYPASS, principals, inBucket("s3:BypassGovernanceRetention"), guardians);
  for (const { alias, region, arn } of stack.keys) {
    // The key of alerts and logs opens no point.
    if (arn === undefined || alias === `alias/holdfast-${plan.environment}-operations`) continue;
    const kms = await aws.client("kms", region);
    const policy = await askAws("kms:GetKeyPolicy", ["NotFoundException"], async () => {
      const { Policy = "{}" } = await kms.getKeyPolicy({ KeyId: arn, PolicyName: "default" });
      return statements(Policy);
    });
    const call = { action: "kms:ScheduleKeyDeletion", resources: [arn], policy };
    yield whoFact(context, END, principals, call, guardians, `${alias} in ${region}`);
  }
}

function readBucketPolicy({ vault, plan }: AuditContext): Promise<AwsAnswer<AuditedStatement[]>> {
  return askAws("s3:GetBucketPolicy", [], async () => {
    const command = new GetBucketPolicyCommand({ Bucket: plan.vault.bucket });
    const { Policy = "{}" } = await vault.s3.send(command).catch((error: Error) => {
      if (error.name === "NoSuchBucketPolicy" || error.name === "NoSuchBucket") return { Policy: "{}" };
      throw error;
    });
    return statements(Policy);
  });
}

interface AskedCall {
  readonly action: string;
  /** Whoever may do it to one of them is told of. */
  readonly resources: readonly string[];
  readonly policy: AwsAnswer<AuditedStatement[]>;
}

/** Those who may are a finding only beyond the ones who should: that a guardian's role is missing is told elsewhere. */
function whoFact(
  context: AuditContext,
  factKind: FactKind,
  principals: AwsAnswer<readonly AccountPrincipal[]>,
  { action, resources, policy }: AskedCall,
  guardians: readonly string[],
  subject?: string,
): AuditFact {
  const declared = `nobody but ${guardians.map(shortName).join(", ")}`;
  const answer: AwsAnswer<readonly AccountPrincipal[]> = policy.is === "refused" ? policy : principals;
  const rules = policy.is === "told" ? policy.value : [];
  return answerFact(context, factKind, {
    ...{ subject, declared, answer },
    words: (all) => {
      const others = all.filter(
        ({ arn: principal, statements: own }) =>
          !guardians.includes(principal) &&
          resources.some((resource) => {
            const call = { action, resource, principal };
            return mayByIdentity(own, call) && !isDeniedByResource(rules, call);
          }),
      );
      return others.length === 0
        ? declared
        : `also ${others
            .map(({ arn }) => shortName(arn))
            .sort()
            .join(", ")}`;
    },
  });
}

/** `role/name` or `user/name`. */
const shortName = (arn: string) => arn.split(":").slice(5).join(":");
