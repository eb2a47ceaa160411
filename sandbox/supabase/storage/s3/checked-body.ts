import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import type { CheckedRequest } from "./check-signature.ts";
import { decodeChunks } from "./decode-chunks.ts";

interface Digest {
  update(piece: Buffer): void;
  base64(): string;
}

function hashDigest(algorithm: string): Digest {
  const hash = createHash(algorithm);
  return { update: (piece) => hash.update(piece), base64: () => hash.digest("base64") };
}

function crc32Digest(): Digest {
  let value = 0;
  return {
    update(piece) {
      value = crc32(piece, value);
    },
    base64() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString("base64");
    },
  };
}

/** Checksums of other algorithms pass unread. */
const DIGESTS: Readonly<Record<string, () => Digest>> = {
  "content-md5": () => hashDigest("md5"),
  "x-amz-checksum-crc32": crc32Digest,
  "x-amz-checksum-sha1": () => hashDigest("sha1"),
  "x-amz-checksum-sha256": () => hashDigest("sha256"),
};

const isChunked = ({ payloadHash }: CheckedRequest): boolean => payloadHash.startsWith("STREAMING-");

/** Size of the body as announced, without the frames of its chunks; `undefined` when it is not. */
export function announcedBytes(incoming: IncomingMessage, checked: CheckedRequest): number | undefined {
  const name = isChunked(checked) ? "x-amz-decoded-content-length" : "content-length";
  const value = incoming.headers[name];
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
}

/**
 * The bytes that a client sends. It ends with an error unless they are as many and have the hashes and checksums that
 * the request's headers, or its trailer, announced.
 * @throws StorageRefusal BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, SignatureDoesNotMatch
 */
export async function* checkedBody(
  incoming: IncomingMessage,
  checked: CheckedRequest,
): AsyncGenerator<Buffer, void, undefined> {
  const { headers } = incoming;
  const trailer = new Map<string, string>();
  const announcedLater = String(headers["x-amz-trailer"] ?? "")
    .toLowerCase()
    .split(",");
  const digests = Object.entries(DIGESTS)
    .filter(([name]) => headers[name] !== undefined || announcedLater.some((item) => item.trim() === name))
    .map(([name, digest]) => ({ name, digest: digest() }));
  const isHash = /^[0-9a-f]{64}$/.test(checked.payloadHash);
  const payload = isHash ? createHash("sha256") : undefined;
  const announced = announcedBytes(incoming, checked);
  let bytes = 0;
  // A refusal half-way must leave the connection as it is, or its answer would never arrive.
  const source = incoming.iterator({ destroyOnReturn: false });
  const body = isChunked(checked) ? decodeChunks(source, checked, trailer) : source;
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.length;
    payload?.update(piece);
    for (const { digest } of digests) digest.update(piece);
    yield piece;
  }
  if (announced !== undefined && bytes !== announced) throw refusals.incompleteBody();
  if (payload && payload.digest("hex") !== checked.payloadHash)
    throw new StorageRefusal(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  for (const { name, digest } of digests)
    if (digest.base64() !== (headers[name] ?? trailer.get(name))) throw refusals.badDigest(name);
}

/** The body as text. @throws StorageRefusal MalformedXML above `limitBytes`, and as `checkedBody` */
export async function bodyText(
  incoming: IncomingMessage,
  checked: CheckedRequest,
  limitBytes: number,
): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of checkedBody(incoming, checked)) {
    bytes += piece.length;
    if (bytes > limitBytes) throw refusals.malformedXml();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
