import { createHash, createHmac } from "node:crypto";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import type { SignatureSeed } from "./check-signature.ts";
import { ChunkReader } from "./chunk-reader.ts";

const EMPTY_SHA256 = createHash("sha256").digest("hex");

class ChunkSignatures {
  readonly #seed: SignatureSeed;
  #previous: string;

  constructor(seed: SignatureSeed) {
    this.#seed = seed;
    this.#previous = seed.signature;
  }

  /** @throws StorageRefusal SignatureDoesNotMatch */
  check(given: string | undefined, algorithm: string, ...hashes: readonly string[]): void {
    const { longDate, scope, signingKey } = this.#seed;
    const text = [algorithm, longDate, scope, this.#previous, ...hashes].join("\n");
    const expected = createHmac("sha256", signingKey).update(text).digest("hex");
    if (given !== expected)
      throw new StorageRefusal(403, "SignatureDoesNotMatch", "A chunk's signature does not match.");
    this.#previous = expected;
  }
}

/** Reads the lines after the last chunk: checksums under the names of their headers, and a signature over them. */
async function readTrailer(
  reader: ChunkReader,
  signatures: ChunkSignatures | undefined,
  trailer: Map<string, string>,
): Promise<void> {
  let canonical = "";
  let signature: string | undefined;
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") signature = value;
    else {
      trailer.set(name, value);
      canonical += `${name}:${value}\n`;
    }
  }
  const hash = createHash("sha256").update(canonical).digest("hex");
  signatures?.check(signature, "AWS4-HMAC-SHA256-TRAILER", hash);
}

/**
 * The bytes inside a body of encoding `aws-chunked`.
 * @param payloadHash of the request: says whether chunks are signed and whether a trailer follows
 * @param trailer receives what stood in the trailer, once the bytes are read
 * @throws StorageRefusal SignatureDoesNotMatch, IncompleteBody
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeChunks(
  body: AsyncIterable<Uint8Array>,
  { payloadHash, seed }: { payloadHash: string; seed: SignatureSeed },
  trailer: Map<string, string>,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ChunkReader(body);
  const isSigned = payloadHash.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const signatures = isSigned ? new ChunkSignatures(seed) : undefined;
  for (;;) {
    const [, size = "", signature] =
      /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await reader.line()) ?? [];
    if (size === "") throw refusals.incompleteBody();
    const bytes = Number.parseInt(size, 16);
    const hash = signatures && createHash("sha256");
    for await (const piece of reader.bytes(bytes)) {
      hash?.update(piece);
      yield piece;
    }
    if (hash) signatures?.check(signature, "AWS4-HMAC-SHA256-PAYLOAD", EMPTY_SHA256, hash.digest("hex"));
    if (bytes === 0) break;
    if ((await reader.line()) !== "") throw refusals.incompleteBody();
  }
  if (payloadHash.endsWith("-TRAILER")) await readTrailer(reader, signatures, trailer);
  else if ((await reader.line()) !== "") throw refusals.incompleteBody();
  await reader.end();
}
