import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../iam/policy-document.ts";
import type { StackFacts } from "../stack-facts.ts";

/**
 * What ends a key's use or the trust in it. `PutKeyPolicy` cannot be among them: KMS makes no key whose policy shuts
 * out who makes it. A change of the policy raises an alarm instead.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 */
const ENDING_ACTIONS = [
  "kms:DisableKey",
  "kms:ScheduleKeyDeletion",
  "kms:DisableKeyRotation",
  "kms:DeleteImportedKeyMaterial",
  "kms:UpdatePrimaryRegion",
] as const;

/**
 * IAM decides who uses a key of the vault; nobody but break-glass disables or deletes it, whatever IAM allows, the
 * account's root included.
 * @param guardians ARNs of roles and users that may
 */
export function vaultKeyPolicy(
  facts: StackFacts,
  guardians: readonly pulumi.Input<string>[],
): PolicyStatement[] {
  return [
    allowAccount(facts),
    {
      Sid: "OnlyBreakGlassEndsTheKey",
      Effect: "Deny",
      Principal: "*",
      Action: ENDING_ACTIONS,
      Resource: ["*"],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": guardians } },
    },
  ];
}

/** Services that send encrypted messages by themselves and say for whose account. */
const SERVICES = ["cloudwatch", "sns"] as const;

/** The key of topics, queues and logs: AWS's own services use it, for this account alone. */
export function operationsKeyPolicy(facts: StackFacts): PolicyStatement[] {
  const use = ["kms:Decrypt", "kms:GenerateDataKey"] as const;
  return [
    allowAccount(facts),
    {
      Sid: "ServicesSendEncryptedMessages",
      Effect: "Allow",
      Principal: { Service: SERVICES.map((service) => `${service}.amazonaws.com`) },
      Action: use,
      Resource: ["*"],
      Condition: { StringEquals: { "aws:SourceAccount": facts.accountId } },
    },
    {
      // A rule does not say for whom: it needs a topic's leave besides, which binds it to this account's rules.
      // @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      Sid: "RulesSendEncryptedMessages",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: use,
      Resource: ["*"],
    },
    {
      Sid: "LogsAreEncrypted",
      Effect: "Allow",
      Principal: { Service: `logs.${facts.region}.amazonaws.com` },
      Action: [...use, "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"],
      Resource: ["*"],
      Condition: {
        // Logs send no source account: the group's ARN is what they are known by.
        // @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${facts.partition}:logs:${facts.region}:${facts.accountId}:log-group:*`,
        },
      },
    },
  ];
}

/** Without it, a key whose users are gone could not be managed by anybody. */
function allowAccount({ partition, accountId }: StackFacts): PolicyStatement {
  return {
    Sid: "AccountDecidesByIam",
    Effect: "Allow",
    Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
    Action: ["kms:*"],
    Resource: ["*"],
  };
}
