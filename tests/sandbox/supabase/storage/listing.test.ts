import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { refusalOf, startStorage, type TestStorage } from "./start-storage.ts";

const Bucket = "listed";

interface Listing {
  readonly keys: string[];
  readonly prefixes: string[];
}

/** What S3 lists of these keys. */
function expected(keys: readonly string[], prefix: string, delimiter: string): Listing {
  const sorted = keys
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const prefixes = new Set<string>();
  const plain = sorted.filter((key) => {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (at >= 0) prefixes.add(key.slice(0, at + delimiter.length));
    return at < 0;
  });
  return { keys: plain, prefixes: [...prefixes] };
}

describe("the listing of a simulated Storage", () => {
  let storage: TestStorage;
  before(async () => {
    storage = await startStorage();
    await storage.s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => storage.close());

  async function fill(keys: readonly string[]): Promise<void> {
    await storage.rows("DELETE FROM storage.objects");
    await storage.rows(
      'INSERT INTO storage.objects (bucket_id, name, metadata) SELECT $1, unnest($2::text[]), \'{"size": 3, "eTag": "\\"x\\""}\'',
      Bucket,
      keys,
    );
  }

  async function listAll(Prefix: string, Delimiter: string, MaxKeys: number): Promise<Listing> {
    const found: Listing = { keys: [], prefixes: [] };
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await storage.s3.send(
        new ListObjectsV2Command({ Bucket, Prefix, Delimiter, MaxKeys, ContinuationToken }),
      );
      found.keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      found.prefixes.push(...(page.CommonPrefixes ?? []).flatMap((item) => item.Prefix ?? []));
      assert.ok((page.KeyCount ?? 0) <= MaxKeys);
      assert.equal(page.IsTruncated, page.NextContinuationToken !== undefined);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return found;
  }

  it("is that of S3 for any keys, prefix, delimiter and page", async () => {
    const key = fc.string({
      unit: fc.constantFrom("a", "b", "/", "-", "é", "퟿", "🎂", "&"),
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 25 }),
        fc.string({ unit: fc.constantFrom("a", "b", "/", "퟿"), maxLength: 2 }),
        fc.constantFrom("", "/", "-", "퟿", "a/"),
        fc.integer({ min: 1, max: 7 }),
        async (keys, prefix, delimiter, limit) => {
          await fill(keys);
          assert.deepEqual(await listAll(prefix, delimiter, limit), expected(keys, prefix, delimiter));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("holds at most 1,000 keys a page and goes on where a page ends", async () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `k/${String(index).padStart(5, "0")}`);
    await fill(keys);
    const page = await storage.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }));
    assert.deepEqual([page.KeyCount, page.MaxKeys, page.IsTruncated], [1000, 1000, true]);
    assert.deepEqual((await listAll("", "", 1000)).keys, keys);
    const late = await storage.s3.send(new ListObjectsV2Command({ Bucket, StartAfter: "k/02498" }));
    assert.deepEqual(
      late.Contents?.map(({ Key }) => Key),
      ["k/02499"],
    );
  });

  it("of version 1 goes on by markers", async () => {
    await fill(["a/1", "a/2", "b", "c/1", "d"]);
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await storage.s3.send(
        new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 1, Marker }),
      );
      seen.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      seen.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []));
      Marker = page.NextMarker;
    } while (Marker);
    assert.deepEqual(seen, ["a/", "b", "c/", "d"]);
  });

  it("tells size, entity tag and time, encoded where it is asked", async () => {
    await fill([]);
    const Key = "a b&c+1";
    const { ETag } = await storage.s3.send(new PutObjectCommand({ Bucket, Key, Body: "1234" }));
    for (const EncodingType of [undefined, "url"] as const) {
      const { Contents } = await storage.s3.send(new ListObjectsV2Command({ Bucket, EncodingType }));
      const [row] = await storage.rows("SELECT updated_at FROM storage.objects");
      assert.deepEqual(Contents, [
        {
          Key: EncodingType ? "a%20b%26c%2B1" : Key,
          ETag,
          Size: 4,
          LastModified: row?.updated_at,
          StorageClass: "STANDARD",
        },
      ]);
    }
  });

  it("refuses an unknown bucket and a strange token", async () => {
    const absent = new ListObjectsV2Command({ Bucket: "absent" });
    assert.deepEqual(await refusalOf(storage.s3.send(absent)), ["NoSuchBucket", 404]);
    const strange = new ListObjectsV2Command({ Bucket, ContinuationToken: "strange" });
    assert.deepEqual(await refusalOf(storage.s3.send(strange)), ["InvalidParameter", 400]);
  });
});
