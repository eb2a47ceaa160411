import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../iam/policy-document.ts";
import type { StackFacts } from "../stack-facts.ts";

export interface VaultPolicyInput {
  readonly bucketArn: pulumi.Input<string>;
  /** The one key that objects may be encrypted with; without it S3's own. */
  readonly keyArn: pulumi.Input<string> | undefined;
  /** ARNs that may delete and bypass a governance lock: break-glass and the plan's key admins. */
  readonly guardians: readonly pulumi.Input<string>[];
  /** ARNs that may delete versions without a lock as far as their own policies allow. */
  readonly sweepers: readonly pulumi.Input<string>[];
}

const DELETING = ["s3:DeleteObject", "s3:DeleteObjectVersion"] as const;

/**
 * What the vault refuses to everybody, whatever IAM allows: plain HTTP and TLS before 1.2, other encryption than the
 * bucket's, keys that a customer hands over (with which a thief could lock its owner out), deletion.
 * It allows nothing: roles do.
 */
export function vaultBucketPolicy(input: VaultPolicyInput): PolicyStatement[] {
  const { bucketArn, keyArn, guardians, sweepers } = input;
  const objects = pulumi.interpolate`${bucketArn}/*`;
  const deny = { Effect: "Deny", Principal: "*" } as const;
  return [
    ...tlsOnly(bucketArn),
    ...encryptedOnly(objects, keyArn),
    {
      ...deny,
      Sid: "DenyDelete",
      Action: DELETING,
      Resource: [objects],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [...guardians, ...sweepers] } },
    },
    {
      ...deny,
      Sid: "DenyBypassOfLocks",
      Action: ["s3:BypassGovernanceRetention", "s3:DeleteBucket", "s3:DeleteBucketPolicy"],
      Resource: [bucketArn, objects],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": guardians } },
    },
  ];
}

/** A header that names no encryption is none that differs: the bucket's default holds. */
function encryptedOnly(
  objects: pulumi.Input<string>,
  keyArn: pulumi.Input<string> | undefined,
): PolicyStatement[] {
  const sse = "s3:x-amz-server-side-encryption";
  const key = `${sse}-aws-kms-key-id`;
  const put = { Effect: "Deny", Principal: "*", Action: ["s3:PutObject"], Resource: [objects] } as const;
  return [
    {
      ...put,
      Sid: "DenyUnencrypted",
      Condition: {
        StringNotEquals: { [sse]: keyArn === undefined ? "AES256" : "aws:kms" },
        Null: { [sse]: "false" },
      },
    },
    {
      ...put,
      Sid: "DenyKeysOfOthers",
      Condition: { Null: { [`${sse}-customer-algorithm`]: "false" } },
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            ...put,
            Sid: "DenyOtherKeys",
            Condition: { StringNotEquals: { [key]: keyArn }, Null: { [key]: "false" } },
          },
        ]),
  ];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
function tlsOnly(bucketArn: pulumi.Input<string>): PolicyStatement[] {
  const all = {
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
  } as const;
  return [
    { ...all, Sid: "DenyPlainHttp", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { ...all, Sid: "DenyOldTls", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

/** The bucket of access logs: S3 writes them, for this account's vault alone; nobody but break-glass deletes one. */
export function logBucketPolicy(
  bucketArn: pulumi.Input<string>,
  {
    sourceArn,
    guardians,
    facts,
  }: {
    readonly sourceArn: pulumi.Input<string>;
    readonly guardians: readonly pulumi.Input<string>[];
    readonly facts: StackFacts;
  },
): PolicyStatement[] {
  const objects = pulumi.interpolate`${bucketArn}/*`;
  return [
    ...tlsOnly(bucketArn),
    {
      Sid: "S3WritesAccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: [objects],
      Condition: {
        ArnLike: { "aws:SourceArn": sourceArn },
        StringEquals: { "aws:SourceAccount": facts.accountId },
      },
    },
    {
      Sid: "DenyDelete",
      Effect: "Deny",
      Principal: "*",
      Action: DELETING,
      Resource: [objects],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": guardians } },
    },
  ];
}
