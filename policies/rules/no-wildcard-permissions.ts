import { rule } from "../support/rule.ts";
import { type Statement, statementsOf } from "../support/statements.ts";

const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/policy:Policy": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:kms/key:Key": "policy",
};
const KEY_POLICY = "aws:kms/key:Key";

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
  "iam:GetAccountAuthorizationDetails",
]);

/** Least privilege: what is allowed is named. */
export const noWildcardPermissions = rule(
  "no-wildcard-permissions",
  "Statements that allow name their actions, their resources and who may use them.",
  Object.keys(DOCUMENTS),
  ({ type, props }) =>
    statementsOf(props[DOCUMENTS[type] ?? ""])
      .filter(({ effect }) => effect === "Allow")
      .flatMap((statement, index) =>
        [
          ...actionProblems(statement, type),
          ...principalProblems(statement),
          ...resourceProblems(statement, type),
        ].map((problem) => `statement ${index + 1} that allows: ${problem}`),
      ),
);

function actionProblems(statement: Statement, type: string): string[] {
  // Without it, a key that nobody else can manage any more is lost.
  // @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
  const isRootOfKey =
    type === KEY_POLICY &&
    statement.principals.every((name) => /^AWS:arn:[^:]+:iam::\d{12}:root$/.test(name));
  const isWild = statement.actions.some((action) => /^(?:\*|[^:]+:\*)$/.test(action));
  return [
    ...(statement.excludesActions ? ["name actions in place of NotAction"] : []),
    ...(isWild && !isRootOfKey ? ["name the actions in place of a wildcard"] : []),
  ];
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
  if (type === KEY_POLICY || !resources.includes("*")) return [];
  const bound = actions.filter((action) => !WITHOUT_RESOURCE.has(action));
  return bound.length === 0 ? [] : [`name the resources of ${bound.join(", ")}`];
}
