import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { ImageDamaged, inspectImage } from "../../../jobs/storage-restore/inspect-image.ts";
import { drawJpeg } from "../../../sandbox/seed/ordak/draw-jpeg.ts";

const JPEG = Buffer.concat([...drawJpeg({ width: 40, height: 24, seed: 7 })]);

function pngPart(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width + 1) * height));
  const parts = [pngPart("IHDR", header), pngPart("IDAT", pixels), pngPart("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

/** The smallest GIF there is: 1 × 1, transparent. */
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
/** The smallest of each coding that browsers are probed with. */
const WEBP_LOSSY = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
const WEBP_LOSSLESS = Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64");
const WEBP_ALPHA = Buffer.from(
  "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==",
  "base64",
);

describe("inspectImage", () => {
  it("tells format and dimensions, as a decoder does", () => {
    assert.deepEqual(inspectImage(JPEG), { format: "jpeg", width: 40, height: 24 });
    const decoded = jpeg.decode(JPEG);
    assert.deepEqual([decoded.width, decoded.height], [40, 24]);
    assert.deepEqual(inspectImage(png(300, 2)), { format: "png", width: 300, height: 2 });
    assert.deepEqual(inspectImage(GIF), { format: "gif", width: 1, height: 1 });
    for (const webp of [WEBP_LOSSY, WEBP_LOSSLESS, WEBP_ALPHA])
      assert.deepEqual(inspectImage(webp), { format: "webp", width: 1, height: 1 });
  });

  it("finds an image that is cut off, wherever", () => {
    for (const whole of [JPEG, png(30, 20), GIF, WEBP_LOSSY, WEBP_LOSSLESS, WEBP_ALPHA])
      for (let bytes = 12; bytes < whole.length; bytes++)
        assert.throws(() => inspectImage(whole.subarray(0, bytes)), ImageDamaged, `${bytes} bytes`);
  });

  it("finds every flipped byte of a PNG, a JPEG's broken header, and images without pixels", () => {
    const whole = png(30, 20);
    for (let at = 8; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      assert.throws(() => inspectImage(flipped), ImageDamaged, `byte ${at}`);
    }
    const headless = Buffer.concat([JPEG.subarray(0, 3), Buffer.alloc(50), JPEG.subarray(53)]);
    assert.throws(() => inspectImage(headless), ImageDamaged);
    assert.throws(() => inspectImage(png(0, 5)), ImageDamaged);
  });

  it("says nothing of other bytes", () => {
    for (const other of ["", "<svg/>", "%PDF-1.7", "GIF90a", "RIFF0000WAVE"])
      assert.equal(inspectImage(Buffer.from(other)), undefined);
  });
});
