import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { awsErrorFacts } from "../../vault/aws-error.ts";
import { PartReader } from "../../vault/part-reader.ts";
import { planPartSize } from "../../vault/plan-part-size.ts";
import { openS3 } from "../storage/open-s3.ts";
import { type ReadObject, readSourceObject } from "../storage/read-source-object.ts";
import { type ListedSourceObject, StorageSource } from "../storage/storage-source.ts";
import type { StorageSourceSettings } from "../storage/storage-source-settings.ts";
import type { ObjectHeaders } from "./object-headers.ts";
import { targetError } from "./target-error.ts";

export interface TargetSettings extends StorageSourceSettings {
  /** How it is called there. */
  readonly bucket: string;
}

export interface NewTargetObject {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Ends cleanly only when every byte is right: what does not is not stored. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly headers: ObjectHeaders;
  readonly signal: AbortSignal;
}

/** The bucket that is restored into, through its S3 endpoint. Every request ends: bounded attempts, bounded silence. */
export class TargetStorage {
  readonly bucket: string;
  readonly #s3: S3Client;
  readonly #source: StorageSource;

  constructor(settings: TargetSettings) {
    const { attempts = 5 } = settings;
    this.bucket = settings.bucket;
    this.#source = new StorageSource({ ...settings, attempts });
    this.#s3 = openS3({ ...settings, attempts });
  }

  /** @throws HoldfastError STORAGE_BUCKET_UNKNOWN, STORAGE_PROTOCOL_DISABLED, STORAGE_KEYS_REFUSED, STORAGE_UNAVAILABLE */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#source.check(this.bucket, signal).catch((error: unknown) => {
      throw this.#error(error);
    });
  }

  /** All objects in the order of their names. */
  async *list(signal?: AbortSignal): AsyncGenerator<ListedSourceObject> {
    try {
      yield* this.#source.list(this.bucket, signal);
    } catch (error) {
      throw this.#error(error);
    }
  }

  /** Reads an object to its last byte. @returns undefined when there is none of the name */
  async read(name: string, signal: AbortSignal): Promise<ReadObject | undefined> {
    return await readSourceObject(this.#source, { bucket: this.bucket, name, signal }).catch(
      (error: unknown) => {
        throw this.#error(error, name);
      },
    );
  }

  /** Stores a small object by one request. */
  async putSmall(object: NewTargetObject): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of object.body) pieces.push(piece);
    const { name: Key, headers, signal } = object;
    const Body = Buffer.concat(pieces);
    await this.#s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ...headers }), {
      abortSignal: signal,
    });
  }

  /** Stores a large object in parts; a failure leaves nothing unless the process dies. */
  async putLarge(object: NewTargetObject): Promise<void> {
    const { name: Key, headers, signal } = object;
    const where = { Bucket: this.bucket, Key };
    const { UploadId } = await this.#s3.send(new CreateMultipartUploadCommand({ ...where, ...headers }), {
      abortSignal: signal,
    });
    const reader = new PartReader(object.body, planPartSize(object.size));
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let isLast = false; !isLast; ) {
        const part = await reader.next();
        const PartNumber = Parts.length + 1;
        const { ETag } = await this.#s3.send(
          new UploadPartCommand({ ...where, UploadId, PartNumber, Body: part.bytes }),
          { abortSignal: signal },
        );
        Parts.push({ PartNumber, ETag });
        reader.recycle(part);
        ({ isLast } = part);
      }
      await this.#s3.send(
        new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }),
        { abortSignal: signal },
      );
    } catch (error) {
      reader.close();
      // What cannot be ended now is ended by the restore's next run.
      await this.#s3.send(new AbortMultipartUploadCommand({ ...where, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  /** Ends uploads that a killed run left, each once. @returns how many */
  async endUploads(): Promise<number> {
    const ended = new Set<string | undefined>();
    for (;;) {
      const { Uploads = [] } = await this.#s3
        .send(new ListMultipartUploadsCommand({ Bucket: this.bucket, MaxUploads: 1_000 }))
        .catch((error: unknown) => {
          throw this.#error(error);
        });
      const left = Uploads.filter(({ UploadId }) => !ended.has(UploadId));
      if (left.length === 0) return ended.size;
      for (const { Key, UploadId } of left) {
        const upload = { Bucket: this.bucket, Key, UploadId };
        await this.#s3.send(new AbortMultipartUploadCommand(upload)).catch((error: unknown) => {
          if (awsErrorFacts(error).name !== "NoSuchUpload") throw this.#error(error, Key);
        });
        ended.add(UploadId);
      }
    }
  }

  close(): void {
    this.#s3.destroy();
    this.#source.close();
  }

  #error(error: unknown, name?: string): unknown {
    return targetError(error, { bucket: this.bucket, ...(name !== undefined && { name }) });
  }
}
