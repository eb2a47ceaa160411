import assert from "node:assert/strict";
import { pointsExpireVerified } from "../../policies/rules/points-expire-verified.ts";
import { judgeStack } from "./judge-stack.ts";

const bucket = (props: object) => ({ type: "aws:s3/bucket:Bucket", props: { bucket: "v", ...props } });
const tags = { "holdfast:component": "ExportVault" };
const lifecycle = (...rules: object[]) => ({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  props: { bucket: "v", rules },
});
const expiry = { id: "nightly", expiration: { days: 30 } };
const judge = (rule: object, props: object = { objectLockEnabled: true }) =>
  judgeStack(pointsExpireVerified, [bucket(props), lifecycle(rule)]);
const replaced = { id: "nightly", noncurrentVersionExpiration: { noncurrentDays: 30 } };

describe("the policy points-expire-verified", () => {
  it("takes rules that ask for verified objects, or delete none that are current", async () => {
    for (const rule of [
      { ...expiry, filter: { tag: { key: "verified", value: "true" } } },
      { ...expiry, filter: { and: { prefix: "ordak/points/", tags: { verified: "true" } } } },
      { ...replaced, filter: { and: { prefix: "ordak/points/", tags: { verified: "true" } } } },
      { ...replaced, filter: { prefix: "ordak/storage/order_photos/" } },
      { ...replaced, filter: { prefix: "reports/watch/" } },
      { id: "tidy", filter: { prefix: "" }, expiration: { expiredObjectDeleteMarker: true } },
      // As a provider may answer what was not said.
      { ...replaced, expiration: { days: 0, date: "" }, noncurrentVersionExpiration: { noncurrentDays: 0 } },
    ])
      assert.deepEqual(await judge(rule), []);
  });

  it("refuses any other, and names it", async () => {
    for (const rule of [
      expiry,
      { ...expiry, filter: { prefix: "ordak/points/" } },
      { ...expiry, filter: { tag: { key: "verified", value: "false" } } },
      { id: "nightly", expiration: { date: "2030-01-01" } },
      replaced,
      { ...replaced, filter: { prefix: "ordak/" } },
      { ...replaced, filter: { prefix: "ordak/points/nightly/" } },
      { ...replaced, filter: { and: { prefix: "evidence/", tags: { verified: "false" } } } },
    ])
      assert.match((await judge(rule)).join(), /^urn:r1 .*verified=true.*"nightly"$/);
    assert.match((await judge({ expiration: { days: 1 } })).join(), /"without id"$/);
  });

  it("judges the vault's bucket without object lock too", async () => {
    assert.match((await judge(expiry, { tags })).join(), /verified=true/);
    assert.match((await judge(expiry, { tags, objectLockEnabled: false })).join(), /verified=true/);
  });

  it("leaves other buckets alone, such as those of access logs", async () => {
    assert.deepEqual(await judge(expiry, { objectLockEnabled: false }), []);
    assert.deepEqual(await judge(expiry, { tags: { ...tags, "holdfast:purpose": "access-log" } }), []);
  });
});
