import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

describe("buckets of a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
  });
  after(() => storage.close());

  it("are made, listed, looked at and deleted", async () => {
    await storage.s3.send(new CreateBucketCommand({ Bucket: "avatars", ACL: "public-read" }));
    await storage.s3.send(new CreateBucketCommand({ Bucket: "order_photos" }));
    assert.deepEqual(await storage.rows("SELECT id, name, public FROM storage.buckets ORDER BY 1"), [
      { id: "avatars", name: "avatars", public: true },
      { id: "order_photos", name: "order_photos", public: false },
    ]);
    const { Buckets } = await storage.s3.send(new ListBucketsCommand());
    assert.deepEqual(
      Buckets?.map(({ Name }) => Name),
      ["avatars", "order_photos"],
    );
    const head = await storage.s3.send(new HeadBucketCommand({ Bucket: "avatars" }));
    assert.equal(head.BucketRegion, "eu-west-2");
    const located = await storage.s3.send(new GetBucketLocationCommand({ Bucket: "avatars" }));
    assert.equal(located.LocationConstraint, "eu-west-2");
    await storage.s3.send(new PutObjectCommand({ Bucket: "avatars", Key: "k", Body: "x" }));
    const remove = () => storage.s3.send(new DeleteBucketCommand({ Bucket: "avatars" }));
    assert.deepEqual(await refusalOf(remove()), ["ResourceNotEmpty", 409]);
    await storage.s3.send(new DeleteObjectCommand({ Bucket: "avatars", Key: "k" }));
    await remove();
    assert.deepEqual(await refusalOf(remove()), ["NoSuchBucket", 404]);
    assert.equal((await refusalOf(storage.s3.send(new HeadBucketCommand({ Bucket: "avatars" }))))[1], 404);
  });

  it("are refused when they are there or badly named", async () => {
    const create = (Bucket: string) => refusalOf(storage.s3.send(new CreateBucketCommand({ Bucket })));
    await storage.s3.send(new CreateBucketCommand({ Bucket: "twice" }));
    assert.deepEqual(await create("twice"), ["BucketAlreadyExists", 409]);
    assert.deepEqual(await create("x".repeat(64)), ["InvalidBucketName", 400]);
    assert.deepEqual(await create("a%b"), ["InvalidBucketName", 400]);
  });

  it("have no versions, locks, lifecycle, lists of rights or tags", async () => {
    const Bucket = "plain";
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
    await storage.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    const versioning = await storage.s3.send(new GetBucketVersioningCommand({ Bucket }));
    assert.equal(versioning.Status, "Suspended");
    const { TagSet } = await storage.s3.send(new GetObjectTaggingCommand({ Bucket, Key: "k" }));
    assert.deepEqual(TagSet, []);
    const enabled = { Status: "Enabled" } as const;
    const RetainUntilDate = new Date("2030-01-01");
    const refused = [
      () => storage.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: enabled })),
      () => storage.s3.send(new ListObjectVersionsCommand({ Bucket })),
      () => storage.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      () => storage.s3.send(new GetBucketAclCommand({ Bucket })),
      () => storage.s3.send(new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging: { TagSet: [] } })),
      () =>
        storage.s3.send(
          new PutObjectRetentionCommand({
            Bucket,
            Key: "k",
            Retention: { Mode: "COMPLIANCE", RetainUntilDate },
          }),
        ),
      () =>
        storage.s3.send(
          new PutObjectCommand({
            Bucket,
            Key: "k",
            Body: "y",
            ObjectLockMode: "COMPLIANCE",
            ObjectLockRetainUntilDate: RetainUntilDate,
          }),
        ),
      () => storage.s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: "v" })),
    ];
    for (const ask of refused) assert.deepEqual(await refusalOf(ask()), ["NotImplemented", 501]);
  });
});
