import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * What S3 itself copies with, from the vault to its replica: versions with their locks and tags, never a deletion.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export function replicatorPolicy(
  scope: RoleScope,
  replica: { readonly bucketArn: pulumi.Output<string>; readonly region: string; readonly home: string },
): PolicyStatement[] {
  const { keyArn, replicaKeyArn } = scope.keys;
  const through = (service: string, bucketArn: pulumi.Input<string>) => ({
    StringEquals: { "kms:ViaService": `s3.${service}.amazonaws.com` },
    ArnLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, pulumi.interpolate`${bucketArn}/*`] },
  });
  return [
    {
      Sid: "ReadTheVaultsSettings",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: [scope.bucketArn],
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: [pulumi.interpolate`${scope.bucketArn}/*`],
    },
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: [pulumi.interpolate`${replica.bucketArn}/*`],
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            Sid: "OpenTheVaultsSeal",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt"],
            Resource: [keyArn],
            Condition: through(replica.home, scope.bucketArn),
          },
        ]),
    ...(replicaKeyArn === undefined
      ? []
      : [
          {
            Sid: "SealReplicas",
            Effect: "Allow" as const,
            Action: ["kms:Encrypt", "kms:GenerateDataKey"],
            Resource: [replicaKeyArn],
            Condition: through(replica.region, replica.bucketArn),
          },
        ]),
  ];
}
