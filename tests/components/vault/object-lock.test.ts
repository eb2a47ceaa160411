import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ObjectLockRetentionMode,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getAws } from "../../support/servers.ts";
import { Declared, smallPlan } from "../support/protection.ts";

const Key = "orders/points/nightly/nightly_20260101_020000/manifest.json";
const DAY_MILLISECONDS = 86_400_000;

/** The declared bucket and lock, made on a store that enforces locks. */
describe("the vault's object lock, on a store that enforces it", () => {
  let s3: S3Client;
  before(async function () {
    this.timeout(120_000);
    const { endpoint, region, accessKeyId, secretAccessKey } = await getAws();
    s3 = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  });
  after(() => s3?.destroy());

  /** @returns a version that was written without a lock of its own */
  async function written(mode: "compliance" | "governance") {
    const declared = await Declared.of(smallPlan({ bucket: `holdfast-lock-${mode}`, lock: { mode } }));
    const bucket = declared.get("vault-bucket").inputs;
    const lock = declared.get("vault-bucket-lock").inputs;
    const { mode: Mode, days: Days } = Object(lock.rule).defaultRetention;
    const Bucket = String(bucket.bucket);
    await s3.send(
      new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: bucket.objectLockEnabled === true }),
    );
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode, Days } } },
      }),
    );
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    assert.ok(VersionId);
    return { Bucket, Key, VersionId };
  }

  type Version = Awaited<ReturnType<typeof written>>;
  const lockUntil = (version: Version, Mode: ObjectLockRetentionMode, days: number, bypass = false) =>
    s3.send(
      new PutObjectRetentionCommand({
        ...version,
        Retention: { Mode, RetainUntilDate: new Date(Date.now() + days * DAY_MILLISECONDS) },
        BypassGovernanceRetention: bypass,
      }),
    );
  const remove = (version: Version, bypass = false) =>
    s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: bypass }));
  const REFUSED = { name: "AccessDenied" };

  it("holds versions for a day at least, lets locks be raised, and neither shortened nor deleted", async () => {
    const version = await written("compliance");
    const { Retention } = await s3.send(new GetObjectRetentionCommand(version));
    assert.equal(Retention?.Mode, ObjectLockRetentionMode.COMPLIANCE);
    assert.ok((Retention?.RetainUntilDate?.getTime() ?? 0) > Date.now() + 0.9 * DAY_MILLISECONDS);
    await assert.rejects(remove(version), REFUSED);
    await lockUntil(version, "COMPLIANCE", 30);
    await assert.rejects(lockUntil(version, "COMPLIANCE", 2), REFUSED);
    await assert.rejects(lockUntil(version, "COMPLIANCE", 2, true), REFUSED);
    await assert.rejects(lockUntil(version, "GOVERNANCE", 40, true), REFUSED);
    await assert.rejects(remove(version, true), REFUSED);
  });

  it("gives way in mode governance to who says that he bypasses it", async () => {
    const version = await written("governance");
    await assert.rejects(remove(version), REFUSED);
    await lockUntil(version, "GOVERNANCE", 30);
    await assert.rejects(lockUntil(version, "GOVERNANCE", 2), REFUSED);
    await lockUntil(version, "GOVERNANCE", 2, true);
    await remove(version, true);
  });
});
