import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { drawJpeg, randomOf } from "./draw-jpeg.ts";

export interface OrderPhotosOptions {
  /** @default "order_photos" */
  readonly bucket?: string;
  /** Photos to put, 0 or more; with `names` at most as many as those. */
  readonly count: number;
  /** Names of the photos, e.g. those that the sample database's rows refer to. @default `orderPhotoName` */
  readonly names?: readonly string[];
  /** Size of every photo in bytes, 4 KiB or more. @default 5 to 60 KB, each its own */
  readonly photoBytes?: number;
  /** Of `largeBytes` each, uploaded in parts. @default 0 */
  readonly largeFiles?: number;
  /** @default 8 MiB */
  readonly largeBytes?: number;
  /** Requests under way at once. @default 16 */
  readonly workers?: number;
}

export interface PutPhotos {
  readonly objects: number;
  readonly bytes: number;
}

const STAGES = ["filling", "covering", "decorating", "packing"] as const;
const PART_BYTES = 5 * 1024 * 1024;
const LARGE_BYTES = 8 * 1024 * 1024;
const WORKERS = 16;
const SHARED = { ContentType: "image/jpeg", CacheControl: "max-age=3600" };

/** E.g. `bannos/bannos-1007/decorating-7.jpg`. */
export function orderPhotoName(index: number): string {
  const store = index % 3 === 0 ? "flourlane" : "bannos";
  return `${store}/${store}-${1000 + index}/${STAGES[index % STAGES.length]}-${index}.jpg`;
}

/** A JPEG of a size and colours of its own; the same index is the same file. @param bytes @default its own size */
export function orderPhoto(index: number, bytes?: number): Buffer {
  const random = randomOf(index + 1);
  const isFilled = bytes !== undefined;
  const width = isFilled ? 64 : 240 + Math.floor(random() * 400);
  const height = isFilled ? 48 : Math.round(width * (0.6 + random() * 0.4));
  const detail = isFilled ? 1 : 1 + Math.floor(random() * 8);
  return Buffer.concat([...drawJpeg({ width, height, detail, seed: index, ...(isFilled && { bytes }) })]);
}

/** The parts of a large photo, none of them held longer than it takes to send it. */
function* largeParts(index: number, bytes: number): Generator<Buffer, void, undefined> {
  let pending: Buffer[] = [];
  let length = 0;
  for (const piece of drawJpeg({ width: 1600, height: 1200, seed: index, bytes })) {
    pending.push(piece);
    length += piece.length;
    if (length < PART_BYTES) continue;
    yield Buffer.concat(pending);
    [pending, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(pending);
}

async function putLarge(s3: S3Client, Bucket: string, index: number, bytes: number): Promise<number> {
  const target = { Bucket, Key: `originals/original-${index}.jpg` };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...SHARED }));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let sent = 0;
  for (const Body of largeParts(index, bytes)) {
    const PartNumber = Parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
    sent += Body.length;
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  return sent;
}

/** Puts the sample photos of Ordak's orders into a bucket that is there. The same options put the same bytes. */
export async function putOrderPhotos(s3: S3Client, options: OrderPhotosOptions): Promise<PutPhotos> {
  const { bucket = "order_photos", names, photoBytes, largeFiles = 0, largeBytes = LARGE_BYTES } = options;
  const count = Math.min(options.count, names?.length ?? options.count);
  let next = 0;
  let bytes = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < count + largeFiles; index = next++) {
      if (index < largeFiles) {
        const sent = await putLarge(s3, bucket, index, largeBytes);
        bytes += sent;
        continue;
      }
      const photo = index - largeFiles;
      const Body = orderPhoto(photo, photoBytes);
      const Key = names?.[photo] ?? orderPhotoName(photo);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...SHARED }));
      bytes += Body.length;
    }
  }
  await Promise.all(Array.from({ length: options.workers ?? WORKERS }, work));
  return { objects: count + largeFiles, bytes };
}
