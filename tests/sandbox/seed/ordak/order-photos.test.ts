import assert from "node:assert/strict";
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { orderPhoto, orderPhotoName, putOrderPhotos } from "../../../../sandbox/seed/ordak/order-photos.ts";
import { startStorage } from "../../supabase/storage/start-storage.ts";
import { decodeJpeg } from "./decode-jpeg.ts";

describe("sample photos of orders", () => {
  it("are pictures that decode, each of its own size and colours", () => {
    const pictures = Array.from({ length: 12 }, (_, index) => decodeJpeg(orderPhoto(index)));
    assert.equal(new Set(pictures.map(({ width, height }) => `${width}x${height}`)).size, 12);
    for (const { width, height, means } of pictures) {
      assert.ok(width >= 240 && width < 640 && height >= 0.6 * width - 1 && height <= width);
      assert.ok(new Set(means).size > 10);
    }
  });

  it("are the same in every run, and have the size that is asked for", () => {
    assert.ok(orderPhoto(7).equals(orderPhoto(7)));
    for (const bytes of [4096, 65_535, 65_536, 200_001, 200_002, 200_003]) {
      const photo = orderPhoto(3, bytes);
      assert.equal(photo.length, bytes);
      assert.deepEqual([decodeJpeg(photo).width, decodeJpeg(photo).height], [64, 48]);
    }
    const sizes = Array.from({ length: 60 }, (_, index) => orderPhoto(index).length);
    assert.ok(Math.min(...sizes) > 3000 && Math.max(...sizes) < 65_536);
  });

  it("are put with the rows that the application expects", async () => {
    const storage = await startStorage();
    try {
      await storage.s3.send(new CreateBucketCommand({ Bucket: "order_photos" }));
      const names = ["bannos/x/1.jpg", "bannos/x/2.jpg"];
      const named = await putOrderPhotos(storage.s3, { count: 5, names, photoBytes: 8192 });
      assert.deepEqual(named, { objects: 2, bytes: 16_384 });
      const largeBytes = 11 * 1024 * 1024 + 3;
      const put = await putOrderPhotos(storage.s3, { count: 20, largeFiles: 1, largeBytes });
      assert.equal(put.objects, 21);
      const [row] = await storage.rows(
        `SELECT count(*)::int AS objects, sum((metadata ->> 'size')::int)::int AS bytes,
           bool_and(metadata ->> 'mimetype' = 'image/jpeg') AS images FROM storage.objects`,
      );
      assert.deepEqual(row, { objects: 23, bytes: put.bytes + named.bytes, images: true });
      const Key = orderPhotoName(4);
      const read = await storage.s3.send(new GetObjectCommand({ Bucket: "order_photos", Key }));
      assert.ok(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(orderPhoto(4)));
      const large = { Bucket: "order_photos", Key: "originals/original-0.jpg" };
      const head = await storage.s3.send(new HeadObjectCommand(large));
      assert.equal(head.ContentLength, largeBytes);
      assert.match(head.ETag ?? "", /^"[0-9a-f]{32}-3"$/);
    } finally {
      await storage.close();
    }
  });
});
