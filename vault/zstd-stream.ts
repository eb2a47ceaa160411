import { Duplex, type Transform } from "node:stream";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { markDisposable } from "./disposable.ts";

/** Level 1: on COPY text higher levels cost far more time than the bytes they save are worth. */
const ZSTD_LEVEL = 1;
/** 128 MiB, the largest that zstd itself opens unasked. */
const WINDOW_LOG_MAX = 27;
const OUTPUT_BYTES = 256 * 1024;
/** Pieces of output that may wait for the reader. */
const WAITING_PIECES = 2;

type Release = (piece: Uint8Array) => void;

/**
 * Compresses or decompresses with zstd, a piece at a time.
 *
 * @param release called with each piece that was written, when zstd has no use for it any more
 */
export function zstdStream(direction: "compress" | "decompress", release: Release = () => undefined): Duplex {
  const inner =
    direction === "compress"
      ? createZstdCompress({
          chunkSize: OUTPUT_BYTES,
          params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
        })
      : createZstdDecompress({
          chunkSize: OUTPUT_BYTES,
          params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
        });
  return pieceByPiece(inner, release);
}

function pieceByPiece(inner: Transform, release: Release): Duplex {
  const outer = new Duplex({
    // Byte mode would join the pieces that wait, that is copy them.
    readableObjectMode: true,
    readableHighWaterMark: WAITING_PIECES,
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
    markDisposable(bytes);
    if (!outer.push(bytes)) inner.pause();
  });
  inner.once("end", () => outer.push(null));
  inner.on("error", (error) => outer.destroy(error));
  return outer;
}
