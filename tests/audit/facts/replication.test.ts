import assert from "node:assert/strict";
import type { ReplicationConfiguration, ReplicationRule } from "@aws-sdk/client-s3";
import { replicationSource } from "../../../audit/facts/replication.ts";
import { evidenceKey, manifestKey } from "../../../vault/layout.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const bucketOf = ({ plan }: AuditedStack) => ({ Bucket: plan.vault.bucket });
const MANIFEST = manifestKey("orders", "nightly", "nightly_20310101_020000");

/** A drift of the only rule, in its destination or elsewhere. */
function ruled(
  what: string,
  findings: readonly string[],
  change: (rule: ReplicationRule) => readonly ReplicationRule[],
): Drift {
  let was: ReplicationConfiguration | undefined;
  return {
    what,
    findings,
    async make(stack) {
      was = (await stack.s3.getBucketReplication(bucketOf(stack))).ReplicationConfiguration;
      const [rule] = was?.Rules ?? [];
      assert.ok(was && rule);
      const changed = { ...was, Rules: [...change(structuredClone(rule))] };
      await stack.s3.putBucketReplication({ ...bucketOf(stack), ReplicationConfiguration: changed });
    },
    back: (stack) => stack.s3.putBucketReplication({ ...bucketOf(stack), ReplicationConfiguration: was }),
  };
}

const to = (
  rule: ReplicationRule,
  destination: Partial<ReplicationRule["Destination"]>,
): ReplicationRule[] => [
  { ...rule, Destination: { Bucket: rule.Destination?.Bucket, ...rule.Destination, ...destination } },
];

const COPIED = "1 of 1 copied, or younger than 15 minutes";
const THERE = "1 of 1 there in the same size, or younger than 15 minutes";
let was: ReplicationConfiguration | undefined;

describe("audit of replication", () => {
  before(async function () {
    this.timeout(240_000);
    const stack = await auditedStack();
    await stack.s3.putObject({ ...bucketOf(stack), Key: MANIFEST, Body: "{}" });
  });

  testDrifts(replicationSource, [
    ruled("a rule that is off", ["replication.rule: Disabled"], (rule) => [{ ...rule, Status: "Disabled" }]),
    ruled(
      "a rule that leaves out most, and what KMS encrypted",
      ["replication.key: none", "replication.of: reports/, nothing encrypted by KMS"],
      ({ SourceSelectionCriteria: _, ...rule }) =>
        to({ ...rule, Filter: { Prefix: "reports/" } }, { EncryptionConfiguration: undefined }),
    ),
    ruled(
      "copies in another class and without a time",
      [
        "replication.time-control: no commitment",
        "replication.to: arn:aws:s3:::<env>-vault-replica as ONEZONE_IA",
      ],
      (rule) => to(rule, { StorageClass: "ONEZONE_IA", ReplicationTime: undefined, Metrics: undefined }),
    ),
    ruled(
      "copies under another key",
      ["replication.key: arn:aws:kms:eu-west-1:999999999999:key/thief"],
      (rule) =>
        to(rule, {
          EncryptionConfiguration: { ReplicaKmsKeyID: "arn:aws:kms:eu-west-1:999999999999:key/thief" },
        }),
    ),
    ruled("deletions that are copied", ["replication.deletions: Enabled"], (rule) => [
      { ...rule, DeleteMarkerReplication: { Status: "Enabled" } },
    ]),
    ruled(
      "a rule that nobody declared",
      ["replication.others: thief (Enabled) to arn:aws:s3:::<env>-vault-replica"],
      (rule) => [rule, { ...rule, ID: "thief", Priority: 2 }],
    ),
    {
      what: "replication that is gone",
      findings: [
        "replication.role: absent",
        ...["rule", "of", "to", "key", "time-control", "deletions"].map(
          (field) => `replication.${field}: absent`,
        ),
      ],
      async make(stack) {
        was = (await stack.s3.getBucketReplication(bucketOf(stack))).ReplicationConfiguration;
        await stack.s3.deleteBucketReplication(bucketOf(stack));
      },
      back: (stack) => stack.s3.putBucketReplication({ ...bucketOf(stack), ReplicationConfiguration: was }),
    },
    {
      what: "a copy that is gone",
      findings: [`replication.copies: ${MANIFEST}: absent`],
      make: ({ replicaS3, plan }) =>
        replicaS3.deleteObject({ Bucket: plan.vault.replicaBucket, Key: MANIFEST }),
      back: (stack) => stack.s3.putObject({ ...bucketOf(stack), Key: MANIFEST, Body: "{}" }),
    },
    {
      what: "a copy of another size",
      findings: [`replication.copies: ${MANIFEST}: 5 bytes in place of 2`],
      make: ({ replicaS3, plan }) =>
        replicaS3.putObject({ Bucket: plan.vault.replicaBucket, Key: MANIFEST, Body: "other" }),
      back: (stack) => stack.s3.putObject({ ...bucketOf(stack), Key: MANIFEST, Body: "{}" }),
    },
  ]);

  it("tells how many objects it looked at", async () => {
    const stack = await auditedStack();
    const facts = await stack.facts(replicationSource);
    assert.deepEqual(
      facts.slice(-2).map(({ id, declared, actual }) => ({ id, declared, actual })),
      [
        { id: "replication.status", declared: COPIED, actual: COPIED },
        { id: "replication.copies", declared: THERE, actual: THERE },
      ],
    );
  });

  it("finds evidence that was written while nothing was copied", async () => {
    const stack = await auditedStack();
    const key = evidenceKey(stack.plan.environment, 1);
    const { ReplicationConfiguration } = await stack.s3.getBucketReplication(bucketOf(stack));
    await stack.s3.deleteBucketReplication(bucketOf(stack));
    await stack.s3.putObject({ ...bucketOf(stack), Key: key, Body: "{}" });
    await stack.s3.putBucketReplication({ ...bucketOf(stack), ReplicationConfiguration });
    const shown = key.replaceAll(stack.plan.environment, "<env>");
    try {
      assert.deepEqual(await stack.findings(replicationSource), [
        `replication.status: ${shown}: never to be copied`,
        `replication.copies: ${shown}: absent`,
      ]);
    } finally {
      await stack.s3.putObject({ ...bucketOf(stack), Key: key, Body: "{}" });
    }
    assert.deepEqual(await stack.findings(replicationSource), []);
  });

  it("says nothing of a plan without a replica", async () => {
    const stack = await auditedStack();
    const { replicaBucket: _, replicaRegion: __, ...vault } = stack.plan.vault;
    assert.deepEqual(await stack.facts(replicationSource, { plan: { ...stack.plan, vault } }), []);
  });
});
