import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const Bucket = "big";
const PART_BYTES = 5 * 1024 * 1024;
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

describe("uploads in parts to a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => storage.close());

  async function begin(Key: string) {
    const answer = await storage.s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "video/mp4", Metadata: { a: "1" } }),
    );
    const at = { Bucket, Key, UploadId: answer.UploadId ?? "" };
    return {
      at,
      part: async (PartNumber: number, Body: Uint8Array) => {
        const { ETag } = await storage.s3.send(new UploadPartCommand({ ...at, PartNumber, Body }));
        return { PartNumber, ETag };
      },
      complete: (Parts: { PartNumber: number; ETag: string | undefined }[]) =>
        storage.s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } })),
    };
  }

  it("become one object of the parts that are named", async () => {
    const [first, replaced, last] = [randomBytes(PART_BYTES), randomBytes(PART_BYTES), randomBytes(7)];
    const upload = await begin("film & more.mp4");
    const tail = await upload.part(3, last);
    await upload.part(1, replaced);
    const head = await upload.part(1, first);
    const { Parts } = await storage.s3.send(new ListPartsCommand(upload.at));
    assert.deepEqual(
      Parts?.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
      [head, tail],
    );
    const open = await storage.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "film" }));
    assert.deepEqual(
      open.Uploads?.map(({ Key, UploadId }) => ({ Bucket, Key, UploadId })),
      [upload.at],
    );
    const done = await upload.complete([head, tail]);
    const hashes = createHash("md5").update(Buffer.concat([md5(first), md5(last)]));
    assert.equal(done.ETag, `"${hashes.digest("hex")}-2"`);
    const read = await storage.s3.send(new GetObjectCommand({ Bucket, Key: upload.at.Key }));
    assert.deepEqual([read.ETag, read.ContentType, read.Metadata], [done.ETag, "video/mp4", { a: "1" }]);
    const bytes = Buffer.from((await read.Body?.transformToByteArray()) ?? []);
    assert.ok(bytes.equals(Buffer.concat([first, last])));
    assert.deepEqual(await refusalOf(upload.complete([head, tail])), ["NoSuchUpload", 404]);
    assert.deepEqual(await storage.rows("SELECT * FROM storage.s3_multipart_uploads"), []);
    assert.deepEqual(await storage.rows("SELECT * FROM storage.s3_multipart_uploads_parts"), []);
    assert.deepEqual(readdirSync(join(storage.directory, "uploads")), []);
  });

  it("copy parts of objects that are there", async () => {
    const source = randomBytes(PART_BYTES + 100);
    await storage.s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: source }));
    const upload = await begin("assembled");
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const command = new UploadPartCopyCommand({
        ...upload.at,
        PartNumber,
        CopySource: `${Bucket}/source`,
        CopySourceRange,
      });
      return { PartNumber, ETag: (await storage.s3.send(command)).CopyPartResult?.ETag };
    };
    await upload.complete([await copy(1), await copy(2, "bytes=100-199")]);
    const read = await storage.s3.send(new GetObjectCommand({ Bucket, Key: "assembled" }));
    const bytes = Buffer.from((await read.Body?.transformToByteArray()) ?? []);
    assert.ok(bytes.equals(Buffer.concat([source, source.subarray(100, 200)])));
  });

  it("leave nothing when they are aborted", async () => {
    const upload = await begin("aborted");
    await upload.part(1, randomBytes(100));
    const abort = () => storage.s3.send(new AbortMultipartUploadCommand(upload.at));
    await abort();
    assert.deepEqual(await refusalOf(abort()), ["NoSuchUpload", 404]);
    assert.deepEqual(await refusalOf(upload.part(1, randomBytes(1))), ["NoSuchUpload", 404]);
    assert.deepEqual(readdirSync(join(storage.directory, "uploads")), []);
  });

  it("refuse parts that are missing, out of order, too small, or too much together", async () => {
    const upload = await begin("refused");
    const [one, two] = [await upload.part(1, randomBytes(100)), await upload.part(2, randomBytes(100))];
    assert.deepEqual(await refusalOf(upload.complete([one, two])), ["EntityTooSmall", 400]);
    assert.deepEqual(await refusalOf(upload.complete([two, one])), ["InvalidPartOrder", 400]);
    assert.deepEqual(await refusalOf(upload.complete([{ ...one, PartNumber: 2 }])), ["InvalidPart", 400]);
    assert.deepEqual(await refusalOf(upload.part(10_001, randomBytes(1))), ["InvalidParameter", 400]);
    const limit = storage.access.fileSizeLimitBytes;
    storage.access = { ...storage.access, fileSizeLimitBytes: 250 };
    assert.deepEqual(await refusalOf(upload.part(3, randomBytes(100))), ["EntityTooLarge", 413]);
    storage.access = { ...storage.access, fileSizeLimitBytes: limit };
    await upload.complete([two]);
    const other = new AbortMultipartUploadCommand({ Bucket, Key: "other", UploadId: upload.at.UploadId });
    assert.deepEqual(await refusalOf(storage.s3.send(other)), ["NoSuchUpload", 404]);
    const nowhere = new CreateMultipartUploadCommand({ Bucket: "absent", Key: "k" });
    assert.deepEqual(await refusalOf(storage.s3.send(nowhere)), ["NoSuchBucket", 404]);
  });

  it("are listed page by page", async () => {
    const uploads = [await begin("p/1"), await begin("p/2"), await begin("p/2")];
    const found: unknown[] = [];
    let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let isTruncated = true; isTruncated; ) {
      const page = await storage.s3.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix: "p/", MaxUploads: 1, ...marker }),
      );
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      isTruncated = page.IsTruncated ?? false;
    }
    assert.deepEqual(found.sort(), uploads.map(({ at }) => at.UploadId).sort());
  });
});
