import type { LifecycleRule } from "@aws-sdk/client-s3";
import { replicaBucketSource } from "../../../audit/facts/replica-bucket.ts";
import { testDrifts } from "../support/drifts.ts";

describe("audit of the replica's bucket", () => {
  let rules: LifecycleRule[] = [];
  testDrifts(replicaBucketSource, [
    {
      what: "a lifecycle without its rules, in the replica's own region",
      findings: [
        "replica.lifecycle.rule/tidy: everything: unfinished uploads end after 9 days",
        "replica.lifecycle.rule/watch-state: absent",
        "replica.lifecycle.rule/orders-nightly-expire: absent",
        "replica.lifecycle.rule/orders-monthly-expire: absent",
        "replica.lifecycle.rule/orders-monthly-move: absent",
        "replica.lifecycle.rule/orders-checkpoint-expire: absent",
        "replica.lifecycle.rule/orders-emergency-expire: absent",
      ],
      async make({ replicaS3, plan }) {
        const Bucket = plan.vault.replicaBucket;
        const { Rules = [] } = await replicaS3.getBucketLifecycleConfiguration({ Bucket });
        rules = Rules;
        const tidy: LifecycleRule = {
          ...{ ID: "tidy", Status: "Enabled", Filter: { Prefix: "" } },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 9 },
        };
        await replicaS3.putBucketLifecycleConfiguration({
          Bucket,
          LifecycleConfiguration: { Rules: [tidy] },
        });
      },
      back: ({ replicaS3, plan }) =>
        replicaS3.putBucketLifecycleConfiguration({
          Bucket: plan.vault.replicaBucket,
          LifecycleConfiguration: { Rules: rules },
        }),
    },
    {
      what: "public access",
      findings: ["replica.public-access/<env>-vault-replica: absent"],
      make: ({ replicaS3, plan }) => replicaS3.deletePublicAccessBlock({ Bucket: plan.vault.replicaBucket }),
      back: ({ replicaS3, plan }) =>
        replicaS3.putPublicAccessBlock({
          Bucket: plan.vault.replicaBucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
    },
  ]);
});
