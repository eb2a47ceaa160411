import assert from "node:assert/strict";
import { pointsExpireVerified } from "../../policies/rules/points-expire-verified.ts";
import { judgeStack } from "./judge-stack.ts";

const bucket = (objectLockEnabled: boolean) => ({
  type: "aws:s3/bucket:Bucket",
  props: { bucket: "v", objectLockEnabled },
});
const lifecycle = (...rules: object[]) => ({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  props: { bucket: "v", rules },
});
const expiry = { id: "nightly", expiration: { days: 30 } };
const judge = (rule: object, locked = true) =>
  judgeStack(pointsExpireVerified, [bucket(locked), lifecycle(rule)]);

describe("the policy points-expire-verified", () => {
  it("takes rules that ask for verified objects, or delete none that are current", async () => {
    for (const rule of [
      { ...expiry, filter: { tag: { key: "verified", value: "true" } } },
      { ...expiry, filter: { and: { prefix: "ordak/points/", tags: { verified: "true" } } } },
      { id: "old", noncurrentVersionExpiration: { noncurrentDays: 30 } },
    ])
      assert.deepEqual(await judge(rule), []);
  });

  it("refuses any other, and names it", async () => {
    for (const rule of [
      expiry,
      { ...expiry, filter: { prefix: "ordak/points/" } },
      { ...expiry, filter: { tag: { key: "verified", value: "false" } } },
      { id: "nightly", expiration: { date: "2030-01-01" } },
    ])
      assert.match((await judge(rule)).join(), /^urn:r1 .*verified=true.*"nightly"$/);
    assert.match((await judge({ expiration: { days: 1 } })).join(), /"without id"$/);
  });

  it("leaves buckets without object lock alone, such as those of access logs", async () => {
    assert.deepEqual(await judge(expiry, false), []);
  });
});
