import { Duplex } from "node:stream";
import { constants, createZstdCompress } from "node:zlib";

/** Level 1: on COPY text higher levels cost far more time than the bytes they save are worth. */
const ZSTD_LEVEL = 1;
const OUTPUT_BYTES = 256 * 1024;

/**
 * Compresses with zstd, a piece at a time, and tells when each input piece is used up.
 *
 * @param release called with each piece that was written, when the compressor has no use for it any more
 */
export function compressStream(release: (piece: Uint8Array) => void = () => undefined): Duplex {
  const inner = createZstdCompress({
    chunkSize: OUTPUT_BYTES,
    params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const outer = new Duplex({
    readableHighWaterMark: 2,
    // Byte mode would join the pieces that wait, that is copy them.
    readableObjectMode: true,
    writableHighWaterMark: 1,
    write(piece: Uint8Array, _encoding, done) {
      inner.write(piece, (error) => {
        if (!error) release(piece);
        done(error);
      });
    },
    final(done) {
      inner.end();
      done();
    },
    read() {
      inner.resume();
    },
    destroy(error, done) {
      inner.destroy();
      done(error);
    },
  });
  inner.on("data", (bytes: Buffer) => {
    if (!outer.push(bytes)) inner.pause();
  });
  inner.once("end", () => outer.push(null));
  inner.on("error", (error) => outer.destroy(error));
  return outer;
}
