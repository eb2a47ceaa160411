import assert from "node:assert/strict";
import { vaultIsComplete } from "../../policies/rules/vault-is-complete.ts";
import { judgeStack as judgeBy, type StackResource } from "./judge-stack.ts";

const BUCKET = { type: "aws:s3/bucket:Bucket", props: { bucket: "v", objectLockEnabled: true } };
const SETTINGS = [
  "bucketVersioning:BucketVersioning",
  "bucketPublicAccessBlock:BucketPublicAccessBlock",
  "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "bucketPolicy:BucketPolicy",
  "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
].map((type) => ({ type: `aws:s3/${type}`, props: { bucket: "v" } }));

const judgeStack = (...resources: StackResource[]) => judgeBy(vaultIsComplete, resources);

describe("the policy vault-is-complete", () => {
  it("takes a locked bucket with all its settings, told by name or by dependency", async () => {
    assert.deepEqual(await judgeStack(BUCKET, ...SETTINGS), []);
    const byDependency = SETTINGS.map(({ type }) => ({
      type,
      props: {},
      propertyDependencies: { bucket: [{ urn: "urn:r0" }] },
    }));
    assert.deepEqual(await judgeStack(BUCKET, ...byDependency), []);
    assert.deepEqual(await judgeStack({ ...BUCKET, props: { bucket: "logs" } }), []);
    const log = { "holdfast:component": "ExportVault", "holdfast:purpose": "access-log" };
    assert.deepEqual(await judgeStack({ ...BUCKET, props: { bucket: "logs", tags: log } }), []);
  });

  for (const [at, { type }] of SETTINGS.entries())
    it(`misses ${type}`, async () => {
      const [report = "", ...more] = await judgeStack(BUCKET, ...SETTINGS.toSpliced(at, 1));
      assert.match(report, /^urn:r0 the bucket "r0" lacks [^,]+$/);
      assert.deepEqual(more, []);
    });

  it("asks it of the vault's bucket without object lock too", async () => {
    const unlocked = { ...BUCKET, props: { bucket: "v", tags: { "holdfast:component": "ExportVault" } } };
    assert.deepEqual(await judgeStack(unlocked, ...SETTINGS), []);
    assert.match((await judgeStack(unlocked, ...SETTINGS.slice(1))).join(), /^urn:r0 .* lacks versioning$/);
  });

  it("does not take another bucket's settings for its own", async () => {
    const others = SETTINGS.map((setting) => ({ ...setting, props: { bucket: "other" } }));
    assert.match(
      (await judgeStack(BUCKET, ...others))[0] ?? "",
      /lacks versioning, a block .*, a lifecycle$/,
    );
  });
});
