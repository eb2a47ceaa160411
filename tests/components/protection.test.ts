import assert from "node:assert/strict";
import { Declared, shippedPlan } from "./support/protection.ts";

const SHARED = {
  "aws:cloudwatch/dashboard:Dashboard": 1,
  "aws:cloudwatch/eventRule:EventRule": 4,
  "aws:cloudwatch/eventTarget:EventTarget": 4,
  "aws:sns/topic:Topic": 3,
  "aws:sns/topicPolicy:TopicPolicy": 3,
  "aws:sns/topicSubscription:TopicSubscription": 3,
  "holdfast:iam:Roles": 1,
  "holdfast:monitoring:AlertTopics": 1,
  "holdfast:monitoring:Alarms": 1,
  "holdfast:monitoring:Dashboard": 1,
  "holdfast:vault:ExportVault": 1,
  "holdfast:vault:OperationsKey": 1,
  "holdfast:vault:VaultKeys": 1,
};

/** Counts that grow with the replica region. */
const counts = (buckets: number, locked: number, keys: number, roles: number, alarms: number) => ({
  ...SHARED,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarms,
  "aws:iam/role:Role": roles,
  "aws:iam/rolePolicy:RolePolicy": roles,
  "aws:kms/alias:Alias": keys,
  "aws:kms/key:Key": keys,
  "aws:s3/bucket:Bucket": buckets,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": buckets,
  "aws:s3/bucketLogging:BucketLogging": locked,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": locked,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": buckets,
  "aws:s3/bucketPolicy:BucketPolicy": buckets,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": buckets,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": buckets,
  "aws:s3/bucketVersioning:BucketVersioning": buckets,
});

const EXPECTED = {
  prod: {
    ...counts(4, 2, 4, 12, 27),
    "aws:cloudwatch/eventRule:EventRule": 5,
    "aws:cloudwatch/eventTarget:EventTarget": 5,
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": 1,
    "holdfast:monitoring:ReplicaCalls": 1,
  },
  staging: counts(2, 1, 3, 10, 25),
};

for (const stack of ["prod", "staging"] as const) {
  describe(`vault, roles and alarms of the shipped plan of ${stack}`, () => {
    let declared: Declared;
    before(async () => {
      declared = await Declared.of(shippedPlan(stack));
    });

    it("are so many of each type", () => {
      assert.deepEqual(declared.counts(), EXPECTED[stack]);
    });

    it("stand below their component and are named after it, once", () => {
      const components = new Set(declared.all.filter(({ custom }) => !custom).map(({ name }) => name));
      for (const { name, parent, custom } of declared.all) {
        if (!custom) assert.equal(parent, undefined, name);
        else assert.ok(parent !== undefined && components.has(parent) && name.startsWith(`${parent}-`), name);
      }
      const names = declared.all.map(({ type, name }) => `${type} ${name}`);
      assert.equal(new Set(names).size, names.length);
    });

    it("say which environment and component they belong to", () => {
      const tagged = declared.all.filter(({ type }) => TAGGABLE.test(type));
      assert.ok(tagged.length > 40, String(tagged.length));
      for (const { name, inputs } of tagged) {
        const tags: Record<string, string> = Object(inputs.tags);
        assert.equal(tags["holdfast:environment"], stack, name);
        assert.match(tags["holdfast:component"] ?? "", /^[A-Z][A-Za-z]+$/, name);
      }
    });

    it("hold no secret, and ignore no change", () => {
      for (const { name, inputs, secretInputs, ignoreChanges, provider } of declared.all) {
        assert.deepEqual(secretInputs, [], name);
        assert.deepEqual(ignoreChanges, [], name);
        assert.equal(provider, "", `${name}: one provider for all`);
        assert.doesNotMatch(
          JSON.stringify(inputs),
          /PRIVATE KEY|postgres(?:ql)?:\/\/|sbp_|AKIA|password/i,
          name,
        );
      }
    });
  });
}

const TAGGABLE = /:(?:Bucket|Key|Role|Topic|MetricAlarm|EventRule)$/;
