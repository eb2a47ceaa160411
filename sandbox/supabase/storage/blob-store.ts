import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refusals } from "./storage-refusal.ts";

/** Bytes that came in. */
export interface ReceivedBlob {
  readonly bytes: number;
  /** Hex. */
  readonly md5: string;
}

/** A part of an unfinished upload. */
export interface StoredPart extends ReceivedBlob {
  readonly number: number;
}

/** A body up to this size becomes a file by one write. */
const SMALL_BYTES = 1024 * 1024;

const absent = (error: unknown): undefined => {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
};

/**
 * The bytes of a project's objects, one file a version, sharded by the version's first two digits. A version is named
 * by nobody before its row is written, so that a file that is still growing is never seen. Nothing is flushed to disk.
 */
export class BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(join(directory, "uploads"), { recursive: true, mode: 0o700 });
    for (let shard = 0; shard < 256; shard++) {
      const name = shard.toString(16).padStart(2, "0");
      mkdirSync(join(directory, "objects", name), { recursive: true, mode: 0o700 });
    }
  }

  #object(version: string): string {
    // Rows are the customer's to write, so a version may be any text; only ours have files.
    const shard = /^[0-9a-f]{2}[0-9a-f-]+$/.test(version) ? version.slice(0, 2) : "none";
    return join(this.#directory, "objects", shard, shard === "none" ? "none" : version);
  }

  #upload(uploadId: string): string {
    return join(this.#directory, "uploads", /^[\w-]+$/.test(uploadId) ? uploadId : "none");
  }

  /** Keeps a body as a version. A body that breaks off or is too large leaves nothing. */
  async keep(version: string, body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<ReceivedBlob> {
    return receive(this.#object(version), body, limitBytes);
  }

  /** @returns the open file, or nothing when the bytes are gone */
  async open(version: string): Promise<FileHandle | undefined> {
    return open(this.#object(version)).catch(absent);
  }

  async discard(version: string): Promise<void> {
    await unlink(this.#object(version)).catch(absent);
  }

  /** @param facts what the upload's row does not hold */
  async beginUpload(uploadId: string, facts: unknown): Promise<void> {
    await mkdir(this.#upload(uploadId), { mode: 0o700 });
    await writeFile(join(this.#upload(uploadId), "facts.json"), JSON.stringify(facts));
  }

  /** @returns what `beginUpload` was given, or nothing when the upload is gone */
  async uploadFacts(uploadId: string): Promise<unknown> {
    const file = await open(join(this.#upload(uploadId), "facts.json")).catch(absent);
    if (!file) return undefined;
    try {
      return JSON.parse(await file.readFile("utf8"));
    } finally {
      await file.close();
    }
  }

  async keepPart(
    uploadId: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    limitBytes: number,
  ): Promise<ReceivedBlob> {
    const directory = this.#upload(uploadId);
    const passing = join(directory, `incoming-${randomUUID()}`);
    const received = await receive(passing, body, limitBytes);
    await rename(passing, join(directory, `${number}-${received.md5}-${received.bytes}`));
    return received;
  }

  /** Every part that came in, also those that a later one of the same number replaced. */
  async parts(uploadId: string): Promise<StoredPart[]> {
    const names = (await readdir(this.#upload(uploadId)).catch(absent)) ?? [];
    return names.flatMap((name) => {
      const [, number, md5 = "", bytes] = /^(\d+)-([0-9a-f]{32})-(\d+)$/.exec(name) ?? [];
      return number === undefined ? [] : [{ number: Number(number), md5, bytes: Number(bytes) }];
    });
  }

  /** Makes a version of the parts, in this order. */
  async joinParts(uploadId: string, version: string, parts: readonly StoredPart[]): Promise<void> {
    const directory = this.#upload(uploadId);
    async function* pieces() {
      for (const { number, md5, bytes } of parts) {
        const file = await open(join(directory, `${number}-${md5}-${bytes}`));
        yield* file.createReadStream({ highWaterMark: SMALL_BYTES });
      }
    }
    await writeBody(this.#object(version), pieces());
  }

  async endUpload(uploadId: string): Promise<void> {
    await rm(this.#upload(uploadId), { recursive: true, force: true });
  }
}

/** Writes small bodies at once and large ones as they come; a failure leaves no file. */
async function writeBody(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let file: FileHandle | undefined;
  try {
    for await (const piece of body) {
      pending.push(piece);
      pendingBytes += piece.length;
      if (pendingBytes < SMALL_BYTES) continue;
      file ??= await open(path, "wx", 0o600);
      await file.writev(pending);
      [pending, pendingBytes] = [[], 0];
    }
    file ??= await open(path, "wx", 0o600);
    if (pending.length > 0) await file.writev(pending);
  } catch (error) {
    await file?.close();
    file = undefined;
    await unlink(path).catch(absent);
    throw error;
  } finally {
    await file?.close();
  }
}

async function receive(
  path: string,
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<ReceivedBlob> {
  const md5 = createHash("md5");
  let bytes = 0;
  async function* measured() {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > limitBytes) throw refusals.tooLarge();
      md5.update(piece);
      yield piece;
    }
  }
  await writeBody(path, measured());
  return { bytes, md5: md5.digest("hex") };
}
