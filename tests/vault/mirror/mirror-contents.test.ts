import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { MirrorContents } from "../../../vault/mirror/mirror-contents.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { putMirrorObject } from "../../../vault/mirror/put-mirror-object.ts";
import { putTombstone } from "../../../vault/mirror/put-tombstone.ts";
import type { StoreRequest } from "../../../vault/mirror/store-connection.ts";
import { closeMirrors, openTestMirror, type TestMirror } from "./test-mirror.ts";

describe("MirrorContents", function () {
  this.timeout(60_000);
  let test: TestMirror;
  const put = async (name: string, body: string) => {
    const { bytes, mirrorVersionId } = await putMirrorObject(test.mirror, {
      ...{ name, version: "v", size: body.length, body: Buffer.from(body) },
    });
    return { name, bytes, mirrorVersionId };
  };
  before(async () => {
    test = await openTestMirror();
  });
  after(closeMirrors);

  it("knows each version by key, id and size, and which is the latest, however it lists", async () => {
    const old = await put("a", "old");
    const latest = await put("a", "latest");
    const covered = await put("b", "b");
    await putTombstone(test.mirror, "b", new Date());
    const marked = await put("c", "c");
    const { bucket } = test.vault;
    const Key = mirrorKey("ordak", "order_photos", "c");
    await test.vault.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    for (const expectedRows of [0, 1_000_000]) {
      const contents = await MirrorContents.list(test.mirror, expectedRows);
      assert.equal(contents.size, 5);
      const facts = [old, latest, covered, marked].map((row) => [
        contents.has(test.mirror, row),
        contents.isLatest(test.mirror, row),
      ]);
      assert.deepEqual(facts, [
        [true, false],
        [true, true],
        [true, false],
        [true, false],
      ]);
      const wrong = [
        { ...latest, bytes: latest.bytes + 1 },
        { ...latest, name: "b" },
        { ...latest, mirrorVersionId: "another" },
        { name: "a", bytes: latest.bytes },
      ];
      for (const row of wrong) assert.equal(contents.has(test.mirror, row), false);
    }
  });
});

describe("putTombstone", () => {
  it("sends a checksum, without which S3 takes nothing into a bucket that locks by default", async () => {
    const sent: StoreRequest[] = [];
    const connection = {
      send: async (request: StoreRequest) => {
        sent.push(request);
        return { headers: {}, body: Buffer.alloc(0) };
      },
    };
    const mirror = { project: "ordak", bucket: "photos", connection } as unknown as TestMirror["mirror"];
    await putTombstone(mirror, "a", new Date("2026-01-02T03:04:05Z"));
    assert.deepEqual(
      sent.map(({ headers }) => headers),
      [
        {
          "x-amz-checksum-crc32": "AAAAAA==",
          "x-amz-meta-holdfast-missing-since": "2026-01-02T03:04:05.000Z",
        },
      ],
    );
  });
});
