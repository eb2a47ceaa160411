import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const Bucket = "photos";
const md5 = (bytes: Uint8Array | string) => createHash("md5").update(bytes).digest("hex");

describe("objects of a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => storage.close());

  const put = (Key: string, Body: string | Uint8Array | Readable, more = {}) =>
    storage.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Key: string, more = {}) => {
    const answer = await storage.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
  };
  const files = () =>
    readdirSync(join(storage.directory, "objects"), { recursive: true, withFileTypes: true }).filter((item) =>
      item.isFile(),
    ).length;

  it("are given back with what was said of them", async () => {
    const more = {
      ContentType: "image/jpeg",
      CacheControl: "max-age=60",
      Metadata: { order: "B-1", note: "a  b" },
    };
    const written = await put("a/one.jpg", "hello", more);
    assert.equal(written.ETag, `"${md5("hello")}"`);
    const { bytes, ...read } = await get("a/one.jpg");
    assert.equal(bytes.toString(), "hello");
    const head = await storage.s3.send(new HeadObjectCommand({ Bucket, Key: "a/one.jpg" }));
    for (const seen of [read, head]) {
      assert.equal(seen.ContentType, "image/jpeg");
      assert.equal(seen.CacheControl, "max-age=60");
      assert.deepEqual(seen.Metadata, { order: "B-1", note: "a  b" });
      assert.equal(seen.ContentLength, 5);
      assert.equal(seen.ETag, written.ETag);
    }
  });

  it("have rows as the service writes them", async () => {
    await put("rows/x.txt", "12345", { ContentType: "text/plain", Metadata: { a: "1" } });
    const [row] = await storage.rows("SELECT * FROM storage.objects WHERE name = $1", "rows/x.txt");
    assert.ok(row);
    const { metadata, version, created_at, updated_at, user_metadata, ...rest } = row;
    const { lastModified, ...facts } = metadata as Record<string, unknown>;
    assert.deepEqual(facts, {
      eTag: `"${md5("12345")}"`,
      size: 5,
      mimetype: "text/plain",
      cacheControl: "no-cache",
      contentLength: 5,
      httpStatusCode: 200,
    });
    assert.match(String(lastModified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(String(version), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.deepEqual(user_metadata, { a: "1" });
    assert.deepEqual([rest.bucket_id, rest.path_tokens], [Bucket, ["rows", "x.txt"]]);
    await put("rows/x.txt", "6");
    const [again] = await storage.rows("SELECT * FROM storage.objects WHERE name = $1", "rows/x.txt");
    assert.notEqual(again?.version, version);
    assert.deepEqual(again?.created_at, created_at);
    assert.ok(Number(again?.updated_at) > Number(updated_at));
    assert.equal(again?.user_metadata, null);
  });

  it("leave no bytes behind when they are replaced or deleted", async () => {
    const before = files();
    await put("once.txt", "1");
    await put("once.txt", "2");
    assert.equal(files(), before + 1);
    await storage.s3.send(new DeleteObjectCommand({ Bucket, Key: "once.txt" }));
    assert.equal(files(), before);
    assert.deepEqual(await refusalOf(get("once.txt")), ["NoSuchKey", 404]);
    await storage.s3.send(new DeleteObjectCommand({ Bucket, Key: "once.txt" }));
  });

  it("may be empty, large, and streams of unknown hash", async () => {
    await put("empty", "");
    assert.equal((await get("empty")).bytes.length, 0);
    const large = randomBytes(9 * 1024 * 1024 + 17);
    const pieces = Array.from({ length: 145 }, (_, index) =>
      large.subarray(index * 65_537, (index + 1) * 65_537),
    );
    const written = await put("large", Readable.from(pieces), { ContentLength: large.length });
    assert.equal(written.ETag, `"${md5(large)}"`);
    assert.equal(md5((await get("large")).bytes), md5(large));
  });

  it("are read by ranges", async () => {
    await put("range", "0123456789");
    const read = async (Range: string) => {
      const { bytes, ContentRange } = await get("range", { Range });
      return [bytes.toString(), ContentRange];
    };
    assert.deepEqual(await read("bytes=2-4"), ["234", "bytes 2-4/10"]);
    assert.deepEqual(await read("bytes=8-"), ["89", "bytes 8-9/10"]);
    assert.deepEqual(await read("bytes=-3"), ["789", "bytes 7-9/10"]);
    assert.deepEqual(await read("bytes=5-99"), ["56789", "bytes 5-9/10"]);
    assert.deepEqual(await refusalOf(read("bytes=10-")), ["InvalidRange", 416]);
  });

  it("answer conditions", async () => {
    const { ETag } = await put("condition", "x");
    assert.equal((await get("condition", { IfMatch: ETag })).bytes.toString(), "x");
    assert.deepEqual(await refusalOf(get("condition", { IfMatch: '"other"' })), ["PreconditionFailed", 412]);
    assert.equal((await refusalOf(get("condition", { IfNoneMatch: ETag })))[1], 304);
    const later = new Date(Date.now() + 60_000);
    assert.equal((await refusalOf(get("condition", { IfModifiedSince: later })))[1], 304);
  });

  it("take the place of what is there, whatever If-None-Match says", async () => {
    await put("kept", "1");
    await put("kept", "2", { IfNoneMatch: "*" });
    assert.equal((await get("kept")).bytes.toString(), "2");
  });

  it("are copied with their metadata, or with new ones", async () => {
    await put("from me", "copied", { ContentType: "text/css", Metadata: { a: "1" } });
    const CopySource = `${Bucket}/${encodeURIComponent("from me")}`;
    const copied = await storage.s3.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource }));
    assert.equal(copied.CopyObjectResult?.ETag, `"${md5("copied")}"`);
    const kept = await get("to");
    assert.deepEqual(
      [kept.bytes.toString(), kept.ContentType, kept.Metadata],
      ["copied", "text/css", { a: "1" }],
    );
    await storage.s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: "to",
        CopySource: `${Bucket}/to`,
        MetadataDirective: "REPLACE",
        ContentType: "text/x",
      }),
    );
    const replaced = await get("to");
    assert.deepEqual(
      [replaced.bytes.toString(), replaced.ContentType, replaced.Metadata],
      ["copied", "text/x", {}],
    );
    const absent = new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/absent` });
    assert.deepEqual(await refusalOf(storage.s3.send(absent)), ["NoSuchKey", 404]);
  });

  it("are deleted by the thousand, by names of any characters", async () => {
    const names = ["d/&<>\"'.x", "d/ two  spaces ", "d/a+b=c;d", "d/plain"];
    for (const name of names.filter((key) => !/[<>"]/.test(key))) await put(name, "x");
    // Names that the service refuses come by SQL alone.
    await storage.rows("INSERT INTO storage.objects (bucket_id, name) VALUES ($1, $2)", Bucket, names[0]);
    const wanted = [...names, "d/absent\u0001\r\n"].map((Key) => ({ Key }));
    const answer = await storage.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: wanted } }));
    assert.deepEqual(answer.Deleted?.map(({ Key }) => Key).slice(0, 4), names);
    const left = await storage.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "d/" }));
    assert.equal(left.KeyCount, 0);
    const many = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    const tooMany = new DeleteObjectsCommand({ Bucket, Delete: { Objects: many } });
    assert.deepEqual(await refusalOf(storage.s3.send(tooMany)), ["MalformedXML", 400]);
    const quiet = new DeleteObjectsCommand({ Bucket, Delete: { Objects: many.slice(1), Quiet: true } });
    assert.equal((await storage.s3.send(quiet)).Deleted, undefined);
  });

  it("follow the rows after the database was rewound", async () => {
    await put("rewound/kept", "kept");
    const rows = await storage.rows("SELECT * FROM storage.objects WHERE name = $1", "rewound/kept");
    await put("rewound/kept", "overwritten");
    await put("rewound/late", "late");
    await storage.rows("DELETE FROM storage.objects WHERE name = 'rewound/late'");
    await storage.rows(
      "UPDATE storage.objects SET version = $1 WHERE name = 'rewound/kept'",
      rows[0]?.version,
    );
    assert.deepEqual(await refusalOf(get("rewound/late")), ["NoSuchKey", 404]);
    const listed = await storage.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "rewound/" }));
    assert.deepEqual(
      listed.Contents?.map(({ Key }) => Key),
      ["rewound/kept"],
    );
    // The row is there and its bytes are gone.
    await storage.s3.send(new HeadObjectCommand({ Bucket, Key: "rewound/kept" }));
    assert.deepEqual(await refusalOf(get("rewound/kept")), ["NoSuchKey", 404]);
    await put("rewound/late", "again");
    assert.equal((await get("rewound/late")).bytes.toString(), "again");
  });

  it("are limited in names, sizes and types", async () => {
    await storage.rows(
      `INSERT INTO storage.buckets (id, name, file_size_limit, allowed_mime_types)
       VALUES ('small', 'small', 10, '{image/*,text/plain}')`,
    );
    const send = (Body: string, ContentType: string) =>
      storage.s3.send(new PutObjectCommand({ Bucket: "small", Key: "k", Body, ContentType }));
    await send("0123456789", "image/png");
    await send("x", "text/plain; charset=utf-8");
    const before = files();
    assert.deepEqual(await refusalOf(send("01234567890", "image/png")), ["EntityTooLarge", 413]);
    assert.deepEqual(await refusalOf(send("x", "text/html")), ["InvalidMimeType", 415]);
    assert.equal(files(), before);
    assert.deepEqual(await refusalOf(put("x".repeat(1025), "")), ["InvalidKey", 400]);
    await put("x".repeat(1024), "");
    assert.deepEqual(await refusalOf(put("naïve", "")), ["InvalidKey", 400]);
    assert.deepEqual(await refusalOf(put("100%", "")), ["InvalidKey", 400]);
    const elsewhere = new PutObjectCommand({ Bucket: "absent", Key: "k", Body: "" });
    assert.deepEqual(await refusalOf(storage.s3.send(elsewhere)), ["NoSuchBucket", 404]);
    const limit = storage.access.fileSizeLimitBytes;
    storage.access = { ...storage.access, fileSizeLimitBytes: 4 };
    assert.deepEqual(await refusalOf(put("k", "12345")), ["EntityTooLarge", 413]);
    storage.access = { ...storage.access, fileSizeLimitBytes: limit };
  });

  it("may have every name that S3 takes, where the tests of a client want it", async () => {
    const open = await startStorage({ anyKey: true });
    try {
      await open.s3.send(new CreateBucketCommand({ Bucket }));
      for (const Key of ["/lead//x/../y", "日本 %41.jpg", "a\tb\n", "ümlaut&<>'\"", "🎂"]) {
        await open.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
        const read = await open.s3.send(new GetObjectCommand({ Bucket, Key }));
        assert.equal(await read.Body?.transformToString(), Key);
        const listed = await open.s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
        assert.deepEqual(
          listed.Contents?.map((item) => item.Key),
          [Key],
        );
      }
    } finally {
      await open.close();
    }
  });
});
