import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { compareNames } from "../../vault/mirror/compare-names.ts";
import { openS3 } from "./open-s3.ts";
import { SourceConnection } from "./source-connection.ts";
import { sourceError } from "./source-error.ts";
import type { StorageSourceSettings } from "./storage-source-settings.ts";
import { unquoted } from "./unquoted.ts";

export interface OpenedObject {
  /** Without quotes. */
  readonly eTag: string;
  /** In bytes, of the whole object. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** For a body that nobody reads: its connection would wait for a reader. */
  close(): void;
}

export interface ListedSourceObject {
  readonly name: string;
  readonly size: number;
  readonly eTag: string;
}

/** A project's Storage, read through its S3 endpoint. Every request ends: bounded attempts, bounded silence. */
export class StorageSource {
  readonly #s3: S3Client;
  readonly #connection: SourceConnection;

  constructor(settings: StorageSourceSettings) {
    this.#connection = new SourceConnection(settings);
    const { attempts = 4 } = settings;
    // Storage stores no checksums of its own; size and eTag are compared instead.
    this.#s3 = openS3({ ...settings, attempts }, { responseChecksumValidation: "WHEN_REQUIRED" });
  }

  /** @throws HoldfastError STORAGE_BUCKET_UNKNOWN, STORAGE_PROTOCOL_DISABLED, STORAGE_KEYS_REFUSED, STORAGE_UNAVAILABLE */
  async check(bucket: string, signal?: AbortSignal): Promise<void> {
    // A listing of one name, as the refusal of a HEAD has no text.
    await this.#send({ bucket }, signal, () =>
      this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), {
        ...(signal && { abortSignal: signal }),
      }),
    );
    await this.#send({ bucket }, signal, () => this.#s3.send(new HeadBucketCommand({ Bucket: bucket })));
  }

  /**
   * Opens an object for reading. Bytes before `from` are left out; what was replaced meanwhile has another eTag or size.
   * @throws HoldfastError STORAGE_OBJECT_MISSING, STORAGE_OBJECT_REPLACED, STORAGE_KEYS_REFUSED, STORAGE_UNAVAILABLE
   */
  async open(
    bucket: string,
    name: string,
    options: {
      readonly from?: number;
      readonly eTag?: string;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<OpenedObject> {
    const { from = 0, eTag, signal } = options;
    const headers = {
      ...(from > 0 && { range: `bytes=${from}-` }),
      ...(from > 0 && eTag !== undefined && { "if-match": `"${eTag}"` }),
    };
    const answer = await this.#send({ bucket, name }, signal, () =>
      this.#connection.get({ bucket, name, headers, signal }),
    );
    // A server that knows no ranges answers with the whole object.
    const skipped = answer.headers["content-range"] === undefined ? from : 0;
    return {
      eTag: unquoted(answer.headers.etag),
      size: Number(answer.headers["content-length"] ?? 0) + from - skipped,
      body: skipped === 0 ? answer : without(skipped, answer),
      close: () => answer.destroy(),
    };
  }

  /**
   * All objects of the bucket in the order of their names' bytes, up to 1,000 a request.
   * @throws HoldfastError STORAGE_LISTING_UNSORTED: it could not be compared name by name, and would look as if everything
   * were missing; those of `check`
   */
  async *list(bucket: string, signal?: AbortSignal): AsyncGenerator<ListedSourceObject> {
    let token: string | undefined;
    let previous: string | undefined;
    do {
      const page = await this.#send({ bucket }, signal, () =>
        this.#s3.send(
          new ListObjectsV2Command({ Bucket: bucket, ...(token && { ContinuationToken: token }) }),
          {
            ...(signal && { abortSignal: signal }),
          },
        ),
      );
      for (const { Key, Size, ETag } of page.Contents ?? []) {
        if (Key === undefined) continue;
        if (previous !== undefined && compareNames(previous, Key) >= 0) throw unsorted(bucket, previous, Key);
        previous = Key;
        yield { name: Key, size: Size ?? 0, eTag: unquoted(ETag) };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  close(): void {
    this.#s3.destroy();
    this.#connection.close();
  }

  async #send<Answer>(
    where: { readonly bucket: string; readonly name?: string },
    signal: AbortSignal | undefined,
    send: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      signal?.throwIfAborted();
      return await send();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw sourceError(error, where);
    }
  }
}

function unsorted(bucket: string, previous: string, name: string): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_LISTING_UNSORTED",
    message: `The storage lists ${bucket}/${name} after ${previous}: not in the order of the names' bytes.`,
    hint: "S3 lists in that order; check what stands between Holdfast and the storage.",
  });
}

async function* without(skipped: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = skipped;
  for await (const piece of pieces) {
    if (left < piece.length) yield left > 0 ? piece.subarray(left) : piece;
    left = Math.max(0, left - piece.length);
  }
}
