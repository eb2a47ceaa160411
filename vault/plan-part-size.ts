import { HoldfastError } from "../plan/holdfast-error.ts";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAXIMUM_PARTS = 10_000;
export const MINIMUM_PART_BYTES = 8 * 1024 * 1024;
const MAXIMUM_PART_BYTES = 5 * 1024 ** 3;
/** The size is an estimate taken before the bytes exist; an upload that runs out of parts is lost. */
const HEAD_ROOM = 1.5;

/**
 * The size of each part of an upload, in bytes: at least 8 MiB, a multiple of 1 MiB, and large enough that 1.5 times
 * the expected bytes fit into 10,000 parts.
 * @param expectedBytes worst case, 0 or more
 * @throws HoldfastError UPLOAD_TOO_LARGE when no part size S3 allows is large enough (about 33 TiB)
 */
export function planPartSize(expectedBytes: number): number {
  const mebibyte = 1024 * 1024;
  const needed = Math.ceil((Math.max(0, expectedBytes) * HEAD_ROOM) / MAXIMUM_PARTS / mebibyte) * mebibyte;
  if (needed <= MAXIMUM_PART_BYTES) return Math.max(MINIMUM_PART_BYTES, needed);
  throw new HoldfastError({
    code: "UPLOAD_TOO_LARGE",
    message: `An object of ${expectedBytes} bytes does not fit into ${MAXIMUM_PARTS} parts of 5 GiB.`,
    hint: "Split the table into more chunks.",
  });
}
