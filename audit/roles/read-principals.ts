import type { AttachedPolicy, IAM, PolicyDetail } from "@aws-sdk/client-iam";
import { type AuditedStatement, statements } from "../policies/statements.ts";
import { everyPage } from "./every-page.ts";

/** A role or user of the account with everything that its own policies say. */
export interface AccountPrincipal {
  readonly arn: string;
  readonly statements: readonly AuditedStatement[];
}

/** Every role and user of the account, groups and managed policies followed. */
export async function readPrincipals(iam: IAM): Promise<AccountPrincipal[]> {
  const pages = await everyPage((from) => iam.getAccountAuthorizationDetails(from));
  const managed = new Map<string, readonly AuditedStatement[]>();
  for (const { Policies = [] } of pages) {
    for (const { Arn = "", PolicyVersionList = [] } of Policies) {
      const current = PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion);
      managed.set(Arn, statements(current?.Document ?? "{}"));
    }
  }
  const said = (inline: readonly PolicyDetail[] = [], attached: readonly AttachedPolicy[] = []) => [
    ...inline.flatMap(({ PolicyDocument = "{}" }) => statements(PolicyDocument)),
    ...attached.flatMap(({ PolicyArn = "" }) => managed.get(PolicyArn) ?? knownManaged(PolicyArn)),
  ];
  const groups = new Map(
    pages.flatMap(({ GroupDetailList = [] }) =>
      GroupDetailList.map((group) => [
        group.GroupName ?? "",
        said(group.GroupPolicyList, group.AttachedManagedPolicies),
      ]),
    ),
  );
  return pages.flatMap(({ RoleDetailList = [], UserDetailList = [] }) => [
    ...RoleDetailList.map(({ Arn = "", RolePolicyList, AttachedManagedPolicies }) => ({
      arn: Arn,
      statements: said(RolePolicyList, AttachedManagedPolicies),
    })),
    ...UserDetailList.map(({ Arn = "", UserPolicyList, AttachedManagedPolicies, GroupList = [] }) => ({
      arn: Arn,
      statements: [
        ...said(UserPolicyList, AttachedManagedPolicies),
        ...GroupList.flatMap((name) => groups.get(name) ?? []),
      ],
    })),
  ]);
}

/** AWS's own that delete whatever there is, should a server not tell what they say. */
function knownManaged(arn: string): readonly AuditedStatement[] {
  const all = { Effect: "Allow", Resource: ["*"] };
  if (/:policy\/(?:AdministratorAccess|PowerUserAccess)$/.test(arn)) return [{ ...all, Action: ["*"] }];
  if (arn.endsWith(":policy/AmazonS3FullAccess")) return [{ ...all, Action: ["s3:*"] }];
  return [];
}
