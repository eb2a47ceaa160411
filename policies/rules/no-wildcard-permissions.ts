import { type JudgedResource, rule } from "../support/rule.ts";
import { type Statement, statementsOf } from "../support/statements.ts";

const ROLE = "aws:iam/role:Role";
const KEY = "aws:kms/key:Key";
const KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";
/** Where a type of resource has its document. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  [ROLE]: "assumeRolePolicy",
  [KEY]: "policy",
  [KEY_POLICY]: "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  "aws:iam/policy:Policy": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  // Resources that take their document themselves as well.
  "aws:s3/bucket:Bucket": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
};
/** What a managed policy allows stands elsewhere, and its owner changes it: nothing here can judge it. */
const ATTACHMENTS = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];
const ATTACHED =
  "write the statements that are needed into a policy of the role's own, in place of a managed policy";

/**
 * Actions that AWS knows no resource for: they can only be allowed on `*`.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCE = new Set([
  "ecr:GetAuthorizationToken",
  "cloudwatch:PutMetricData",
  "cloudwatch:GetMetricData",
  "cloudwatch:DescribeAlarms",
  "scheduler:ListSchedules",
  "ecs:DescribeTaskDefinition",
  "logs:DescribeLogGroups",
  "sts:GetCallerIdentity",
  "iam:GetAccountAuthorizationDetails",
  "kms:ListAliases",
]);

/** Least privilege: what is allowed is named. */
export const noWildcardPermissions = rule(
  "no-wildcard-permissions",
  "Statements that allow name their actions, their resources and who may use them; no managed policy is attached.",
  [...Object.keys(DOCUMENTS), ...ATTACHMENTS],
  (resource) => {
    const { type, props } = resource;
    if (ATTACHMENTS.includes(type)) return [ATTACHED];
    return [
      ...documentProblems(props[DOCUMENTS[type] ?? ""], type),
      ...(type === ROLE ? roleProblems(resource) : []),
    ];
  },
);

/** What a role is given beside its trust. */
function roleProblems({ type, props }: JudgedResource): string[] {
  const inline = (props.inlinePolicies ?? []) as { readonly policy?: unknown }[];
  return [
    ...((props.managedPolicyArns ?? []).length > 0 ? [ATTACHED] : []),
    ...inline.flatMap(({ policy }, index) =>
      documentProblems(policy, type).map((problem) => `inline policy ${index + 1}, ${problem}`),
    ),
  ];
}

function documentProblems(document: unknown, type: string): string[] {
  return statementsOf(document)
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement, index) =>
      [
        ...statement.exclusions.map((word) => `name what is meant in place of ${word}`),
        ...actionProblems(statement, type),
        ...principalProblems(statement),
        ...resourceProblems(statement, type),
      ].map((problem) => `statement ${index + 1} that allows: ${problem}`),
    );
}

const isOfKey = (type: string) => type === KEY || type === KEY_POLICY;

/** `s3:*` as well as `s3:Delete*`: what AWS adds tomorrow would be allowed today. */
function actionProblems(statement: Statement, type: string): string[] {
  const wild = statement.actions.filter((action) => /[*?]/.test(action));
  return wild.every((action) => leavesKeyToAccount(action, statement, type))
    ? []
    : ["name the actions in place of a wildcard"];
}

/**
 * The one wildcard that is right: in a key's own policy, exactly `kms:*`, for one account's root and nobody beside it.
 * Without it, a key that nobody else can manage any more is lost; and it allows nobody of that account anything that
 * IAM does not.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function leavesKeyToAccount(action: string, { principals }: Statement, type: string): boolean {
  return (
    isOfKey(type) &&
    action === "kms:*" &&
    principals.length === 1 &&
    /^AWS:(?:arn:[^:]+:iam::\d{12}:root|\d{12})$/.test(principals[0] ?? "")
  );
}

function principalProblems({ principals, condition }: Statement): string[] {
  const isBound = Object.values(condition).some((keys) =>
    Object.keys(keys).some((key) =>
      /^aws:(?:SourceArn|SourceAccount|PrincipalArn|PrincipalOrgID)$/i.test(key),
    ),
  );
  return principals.includes("*") && !isBound ? ["name who may, in place of everybody"] : [];
}

/** In a key policy `*` is the key itself, in a trust policy there is none. */
function resourceProblems({ resources, actions }: Statement, type: string): string[] {
  if (isOfKey(type) || !resources.includes("*")) return [];
  const bound = actions.filter((action) => !WITHOUT_RESOURCE.has(action));
  return bound.length === 0 ? [] : [`name the resources of ${bound.join(", ")}`];
}
