import { accessLogsSource } from "../../../audit/facts/access-logs.ts";
import { testDrifts } from "../support/drifts.ts";

describe("audit of the buckets of access logs", () => {
  let policy: string | undefined;
  testDrifts(accessLogsSource, [
    {
      what: "logs that end sooner",
      findings: [
        "logs.vault.lifecycle.rule/expire: absent",
        "logs.vault.lifecycle.others/<env>-vault-logs: soon: everything: expires after 1 days",
      ],
      make: ({ s3, plan }) =>
        s3.putBucketLifecycleConfiguration({
          Bucket: `${plan.vault.bucket}-logs`,
          LifecycleConfiguration: {
            Rules: [{ ID: "soon", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
          },
        }),
      back: ({ s3, plan }) =>
        s3.putBucketLifecycleConfiguration({
          Bucket: `${plan.vault.bucket}-logs`,
          LifecycleConfiguration: {
            Rules: [
              {
                ...{ ID: "expire", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 400 } },
                NoncurrentVersionExpiration: { NoncurrentDays: 1 },
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              },
            ],
          },
        }),
    },
    {
      what: "a log of the replica whose bucket lost its policy, in its own region",
      findings: ["logs.replica.policy/<env>-vault-replica-logs: absent"],
      async make({ replicaS3, plan }) {
        const Bucket = `${plan.vault.replicaBucket}-logs`;
        policy = (await replicaS3.getBucketPolicy({ Bucket })).Policy;
        await replicaS3.deleteBucketPolicy({ Bucket });
      },
      back: ({ replicaS3, plan }) =>
        replicaS3.putBucketPolicy({ Bucket: `${plan.vault.replicaBucket}-logs`, Policy: policy }),
    },
  ]);
});
