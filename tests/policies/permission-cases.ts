import { type Case, document, of } from "./case.ts";

const bucket = of("aws:s3/bucket:Bucket");
const bucketPolicy = of("aws:s3/bucketPolicy:BucketPolicy");
const role = of("aws:iam/role:Role");
const rolePolicy = of("aws:iam/rolePolicy:RolePolicy");
const key = of("aws:kms/key:Key");
const keyPolicy = of("aws:kms/keyPolicy:KeyPolicy");
const allow = (statement: object) =>
  rolePolicy({
    policy: document({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", ...statement }),
  });
const inlinePolicy = (...statements: object[]) =>
  role({ inlinePolicies: [{ name: "own", policy: document(...statements) }] });
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const root = { AWS: "arn:aws:iam::123456789012:root" };

/** What keeps and what breaks `no-wildcard-permissions`. */
export const PERMISSION_CASES: Case = [
  "no-wildcard-permissions",
  [
    allow({}),
    allow({ Action: "ecr:GetAuthorizationToken", Resource: "*" }),
    rolePolicy({ policy: document({ Effect: "Deny", Action: "*", Resource: "*" }) }),
    key({ policy: document({ Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" }) }),
    keyPolicy({ policy: document({ Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" }) }),
    key({
      policy: document({
        Effect: "Allow",
        Principal: { AWS: "123456789012" },
        Action: "kms:*",
        Resource: "*",
      }),
    }),
    bucketPolicy({ policy: document({ Effect: "Deny", Principal: "*", Action: ["s3:*", "s3:Delete*"] }) }),
    inlinePolicy({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }),
    role({ managedPolicyArns: [], inlinePolicies: [] }),
    bucket({}),
    bucketPolicy({
      policy: document({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::b/*",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      }),
    }),
  ],
  [
    [allow({ Action: "s3:*" }), /statement 1 that allows: name the actions/],
    [allow({ Action: ["s3:GetObject", "*"] }), /name the actions/],
    ...["s3:Delete*", "s3:Put*", "kms:*Key", "s3:Get?bject", "s?:GetObject", "**"].map(
      (Action) => [allow({ Action }), /statement 1 that allows: name the actions/] as const,
    ),
    [allow({ Action: undefined, NotAction: "s3:DeleteObject" }), /NotAction/],
    [allow({ Resource: undefined, NotResource: "arn:aws:s3:::b/*" }), /NotResource/],
    [
      bucketPolicy({ policy: document({ Effect: "Allow", NotPrincipal: root, Action: "s3:GetObject" }) }),
      /NotPrincipal/,
    ],
    ...[
      "iam/userPolicy:UserPolicy",
      "iam/groupPolicy:GroupPolicy",
      "s3/bucket:Bucket",
      "sns/topic:Topic",
      "sqs/queue:Queue",
      "secretsmanager/secret:Secret",
    ].map(
      (type) =>
        [
          of(`aws:${type}`)({ policy: document({ Effect: "Allow", Action: "s3:*" }) }),
          /name the actions/,
        ] as const,
    ),
    ...[
      "rolePolicyAttachment:RolePolicyAttachment",
      "rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      "userPolicyAttachment:UserPolicyAttachment",
      "groupPolicyAttachment:GroupPolicyAttachment",
      "policyAttachment:PolicyAttachment",
    ].map((type) => [of(`aws:iam/${type}`)({ policyArn: ADMINISTRATOR }), /managed policy/] as const),
    [role({ managedPolicyArns: [ADMINISTRATOR] }), /managed policy/],
    [
      inlinePolicy({ Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::b" }),
      /^inline policy 1, .*actions/,
    ],
    [allow({ Resource: "*" }), /name the resources of s3:GetObject/],
    [
      role({
        assumeRolePolicy: document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
      }),
      /name who may/,
    ],
    [
      key({
        policy: document({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:role/x" },
          Action: "kms:*",
        }),
      }),
      /name the actions/,
    ],
    [
      key({
        policy: document({
          Effect: "Allow",
          Principal: { AWS: [root.AWS, "arn:aws:iam::123456789012:role/x"] },
          Action: "kms:*",
        }),
      }),
      /name the actions/,
    ],
    [
      key({
        policy: document({
          Effect: "Allow",
          Principal: { AWS: [root.AWS, "arn:aws:iam::999999999999:root"] },
          Action: "kms:*",
        }),
      }),
      /name the actions/,
    ],
    // Only that wildcard, only in a key's policy, and only for somebody who is named.
    ...["*", "kms:Disable*"].map(
      (Action) =>
        [
          key({ policy: document({ Effect: "Allow", Principal: root, Action }) }),
          /name the actions/,
        ] as const,
    ),
    [key({ policy: document({ Effect: "Allow", Action: "kms:*" }) }), /name the actions/],
    [
      bucketPolicy({ policy: document({ Effect: "Allow", Principal: root, Action: "kms:*" }) }),
      /name the actions/,
    ],
  ],
];
