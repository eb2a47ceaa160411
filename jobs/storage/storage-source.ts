import { GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { sourceError } from "./source-error.ts";
import { unquoted } from "./unquoted.ts";

export interface StorageSourceSettings {
  /** The project's S3 endpoint. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Without a byte the connection is given up. @default 30 */
  readonly idleSeconds?: number | undefined;
  /** Attempts of a request in all. @default 4 */
  readonly attempts?: number | undefined;
  /** @default 64 */
  readonly connections?: number | undefined;
}

export interface OpenedObject {
  /** Without quotes. */
  readonly eTag: string;
  /** In bytes, of the whole object. */
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ListedSourceObject {
  readonly name: string;
  readonly size: number;
  readonly eTag: string;
}

/** A project's Storage, read through its S3 endpoint. Every request ends: bounded attempts, bounded silence. */
export class StorageSource {
  readonly #s3: S3Client;

  constructor(settings: StorageSourceSettings) {
    const { idleSeconds = 30, attempts = 4, connections = 64 } = settings;
    const agent = { keepAlive: true, maxSockets: connections };
    this.#s3 = new S3Client({
      endpoint: settings.endpoint,
      region: settings.region,
      forcePathStyle: true,
      credentials: settings,
      maxAttempts: attempts,
      // Storage stores no checksums of its own; size and eTag are compared instead.
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: 5_000,
        requestTimeout: idleSeconds * 1000,
        throwOnRequestTimeout: true,
        socketTimeout: idleSeconds * 1000,
        httpAgent: agent,
        httpsAgent: agent,
      },
    });
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

  /** Opens an object for reading. Bytes before `from` are left out; an object that is no longer of `eTag` is then refused. */
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
    const answer = await this.#send({ bucket, name }, signal, () =>
      this.#s3.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: name,
          ...(from > 0 && { Range: `bytes=${from}-` }),
          ...(from > 0 && eTag !== undefined && { IfMatch: `"${eTag}"` }),
        }),
        { ...(signal && { abortSignal: signal }) },
      ),
    );
    return {
      eTag: unquoted(answer.ETag),
      size: (answer.ContentLength ?? 0) + from,
      // The SDK's type covers browsers; on Node the body is a stream of buffers, or absent when empty.
      body: (answer.Body ?? []) as unknown as AsyncIterable<Uint8Array>,
    };
  }

  /** All objects of the bucket in the order of their names, up to 1,000 a request. */
  async *list(bucket: string, signal?: AbortSignal): AsyncGenerator<ListedSourceObject> {
    let token: string | undefined;
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
        if (Key !== undefined) yield { name: Key, size: Size ?? 0, eTag: unquoted(ETag) };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  close(): void {
    this.#s3.destroy();
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
