import assert from "node:assert/strict";
import { lockCoversRetention } from "../../policies/rules/lock-covers-retention.ts";
import { judgeStack, type StackResource } from "./judge-stack.ts";

const DAYS = "s3:object-lock-remaining-retention-days";

const bucket = (name = "v"): StackResource => ({
  type: "aws:s3/bucket:Bucket",
  props: { bucket: name, objectLockEnabled: true },
});
const lock = (name = "v", rule: object = { defaultRetention: { mode: "COMPLIANCE", days: 1 } }) => ({
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  props: { bucket: name, rule },
});
/** Keeps verified points of a month. */
const lifecycle = (name = "v"): StackResource => ({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  props: {
    bucket: name,
    rules: [
      {
        id: "nightly",
        filter: { and: { prefix: "ordak/points/nightly/", tags: { verified: "true" } } },
        expiration: { days: 30 },
      },
      { id: "tidy", expiration: { expiredObjectDeleteMarker: true } },
    ],
  },
});
/** Who may lock for so many days at most; without a bound where there is none. */
const writer = (
  mostDays: number | undefined,
  Resource: string | readonly string[] = "arn:aws:s3:::v/ordak/points/*",
  statement: object = {},
): StackResource => {
  const Condition =
    mostDays === undefined ? {} : { NumericLessThanEqualsIfExists: { [DAYS]: String(mostDays) } };
  const Action = ["s3:PutObject", "s3:PutObjectRetention"];
  const policy = { Statement: [{ Effect: "Allow", Action, Resource, Condition, ...statement }] };
  return { type: "aws:iam/rolePolicy:RolePolicy", props: { policy: JSON.stringify(policy) } };
};
const judge = (...resources: StackResource[]) => judgeStack(lockCoversRetention, resources);

describe("the policy lock-covers-retention", () => {
  it("takes who may lock a begun day longer than the lifecycle keeps, or without a bound", async () => {
    for (const mostDays of [31, 400, undefined])
      assert.deepEqual(await judge(bucket(), lock(), lifecycle(), writer(mostDays)), []);
  });

  it("refuses who may lock for less, whichever way the points are named", async () => {
    for (const resource of [
      "arn:aws:s3:::v/ordak/points/*",
      "arn:aws:s3:::v/*/points/*",
      "arn:aws-us-gov:s3:::v/*",
      "arn:aws:s3:::?/ordak/points/nightly/*",
      ["arn:aws:s3:::v/evidence/*", "arn:aws:s3:::v/ordak/points/nightly/*"],
    ])
      assert.deepEqual(await judge(bucket(), lock(), lifecycle(), writer(30, resource)), [
        `urn:r3 raise ${DAYS} to 31: so long keeps the lifecycle rule "nightly"`,
      ]);
  });

  it("leaves alone who locks other objects, other buckets, or none", async () => {
    for (const other of [
      writer(2, "arn:aws:s3:::v/ordak/storage/*"),
      writer(2, "arn:aws:s3:::v.other/ordak/points/*"),
      writer(2, "arn:aws:s3:::vXother/ordak/points/*"),
      writer(2, undefined, { Action: "s3:PutObject" }),
      writer(2, undefined, { Effect: "Deny" }),
    ])
      assert.deepEqual(await judge(bucket(), lock(), lifecycle(), other), []);
  });

  it("asks each bucket of points for a default lock where points are locked", async () => {
    const refused = [`urn:r0 give the bucket "r0" a default lock, as its points are to be locked`];
    assert.deepEqual(await judge(bucket(), lifecycle(), writer(31)), refused);
    assert.deepEqual(await judge(bucket(), lifecycle(), writer(31), lock("v", {})), refused);
    assert.deepEqual(await judge(bucket("replica"), lifecycle("replica"), bucket(), lock()), refused);
  });

  it("asks nothing of a stack that locks no points, as by lock mode none", async () => {
    // A day more than the plan's none; a mirror's locks, and who may end locks, are no promise for points.
    const mirror = writer(61, "arn:aws:s3:::v/ordak/storage/*");
    assert.deepEqual(await judge(bucket(), lifecycle(), writer(1), mirror, writer(undefined)), []);
    assert.deepEqual(await judge(), []);
  });
});
