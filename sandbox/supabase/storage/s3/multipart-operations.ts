import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import type { StoredPart } from "../blob-store.ts";
import { checkKey } from "../key-rules.ts";
import { openObject } from "../read-object.ts";
import { readRange } from "../read-range.ts";
import { findBucket } from "../rows/bucket-rows.ts";
import {
  addPartRow,
  beginUploadRow,
  findUpload,
  listPartRows,
  listUploadRows,
  removeUploadRow,
  type UploadAddress,
} from "../rows/upload-rows.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import { announcedBytes, bodyText, checkedBody } from "./checked-body.ts";
import { choosePartsOf } from "./choose-parts.ts";
import { readCopySource } from "./read-copy-source.ts";
import { countOf, type S3Call, type S3Operation, xmlAnswer } from "./s3-call.ts";
import { type ObjectFacts, readFacts, writeObject } from "./write-object.ts";
import { element, textElement, xmlDocument } from "./xml-text.ts";

const PART_LIMIT_BYTES = 5 * 1024 ** 3;
const MOST_PARTS = 10_000;
const PAGE = 1000;
const COMPLETE_BODY_BYTES = 4 * 1024 * 1024;

function addressOf({ bucket, key, query }: S3Call): UploadAddress {
  return { uploadId: query.get("uploadId") ?? "", bucket, key };
}

function partNumberOf({ query }: S3Call): number {
  const number = Number(query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS)
    throw refusals.invalidParameter("PartNumber");
  return number;
}

/** The service seals how far an upload has come; nothing but itself reads it. */
function progressSeal({ access }: StorageContext, uploadId: string): string {
  return createHmac("sha256", access().tokenSecret).update(`progress:${uploadId}`).digest("base64");
}

function joinedETag(parts: readonly StoredPart[]): string {
  const hashes = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, "hex")));
  return `"${createHash("md5").update(hashes).digest("hex")}-${parts.length}"`;
}

async function factsOf(context: StorageContext, uploadId: string): Promise<ObjectFacts> {
  const facts = await context.blobs.uploadFacts(uploadId);
  // The database knows the upload and the store does not: it was ended, and then the database rewound.
  if (facts === undefined) throw refusals.noSuchUpload();
  return facts as ObjectFacts;
}

/** Uploads in parts. Parts are at most 5 GB and, but for the last, at least 5 MiB. */
export const multipartOperations = {
  async begin({ context, bucket, key, headers }) {
    checkKey(key, context.anyKey);
    const [uploadId, version] = [randomBytes(24).toString("base64url"), randomUUID()];
    const { userMetadata, ...facts } = readFacts(headers);
    const signature = progressSeal(context, uploadId);
    await context.blobs.beginUpload(uploadId, facts);
    try {
      await beginUploadRow(context, { uploadId, bucket, key }, { version, signature, userMetadata });
    } catch (error) {
      await context.blobs.endUpload(uploadId);
      throw error;
    }
    const elements = { Bucket: bucket, Key: key, UploadId: uploadId };
    const texts = Object.entries(elements).map(([name, value]) => textElement(name, value));
    return xmlAnswer(xmlDocument("InitiateMultipartUploadResult", ...texts));
  },

  async part(call) {
    const { context, incoming, checked } = call;
    const [address, number] = [addressOf(call), partNumberOf(call)];
    const announced = announcedBytes(incoming, checked);
    if (announced === undefined)
      throw new StorageRefusal(
        411,
        "MissingContentLength",
        "You must provide the Content-Length HTTP header.",
      );
    if (announced > PART_LIMIT_BYTES) throw refusals.tooLarge();
    await factsOf(context, address.uploadId);
    const body = checkedBody(incoming, checked);
    const { md5, bytes } = await context.blobs.keepPart(address.uploadId, number, body, PART_LIMIT_BYTES);
    const eTag = `"${md5}"`;
    await addPartRow(context, address, { number, eTag, bytes });
    return { status: 200, headers: { etag: eTag } };
  },

  async copyPart(call) {
    const { context, headers } = call;
    const [address, number] = [addressOf(call), partNumberOf(call)];
    await factsOf(context, address.uploadId);
    const source = await openObject(context, readCopySource(headers));
    try {
      const wanted = headers["x-amz-copy-source-range"];
      const range = readRange(typeof wanted === "string" ? wanted : undefined, source.bytes);
      if (wanted !== undefined && !range) throw refusals.invalidRange();
      const { first, last } = range ?? { first: 0, last: Math.max(0, source.bytes - 1) };
      const stream = source.file.createReadStream({ autoClose: false, start: first, end: last });
      const { md5, bytes } = await context.blobs.keepPart(address.uploadId, number, stream, PART_LIMIT_BYTES);
      const eTag = `"${md5}"`;
      await addPartRow(context, address, { number, eTag, bytes });
      const at = textElement("LastModified", context.clock().toISOString());
      return xmlAnswer(xmlDocument("CopyPartResult", textElement("ETag", eTag), at));
    } finally {
      await source.file.close();
    }
  },

  async complete(call) {
    const { context, bucket, key } = call;
    const address = addressOf(call);
    const { uploadId } = address;
    const text = await bodyText(call.incoming, call.checked, COMPLETE_BODY_BYTES);
    const { version, userMetadata } = await findUpload(context, address);
    const facts = await factsOf(context, uploadId);
    const rows = await listPartRows(context, uploadId, { after: 0, limit: MOST_PARTS });
    const parts = choosePartsOf(text, await context.blobs.parts(uploadId), rows);
    const { eTag } = await writeObject(context, {
      bucket,
      key,
      version,
      facts: { ...facts, userMetadata: userMetadata ?? undefined },
      async store() {
        // What an earlier try left that the process did not survive.
        await context.blobs.discard(version);
        await context.blobs.joinParts(uploadId, version, parts);
        return { bytes: parts.reduce((sum, part) => sum + part.bytes, 0), eTag: joinedETag(parts) };
      },
    });
    await removeUploadRow(context, uploadId);
    await context.blobs.endUpload(uploadId);
    const elements = { Location: `${bucket}/${key}`, Bucket: bucket, Key: key, ETag: eTag };
    const texts = Object.entries(elements).map(([name, value]) => textElement(name, value));
    return xmlAnswer(xmlDocument("CompleteMultipartUploadResult", ...texts));
  },

  async abort(call) {
    const address = addressOf(call);
    await findUpload(call.context, address);
    await removeUploadRow(call.context, address.uploadId);
    await call.context.blobs.endUpload(address.uploadId);
    return { status: 204 };
  },

  /** Without sizes, as the service answers. */
  async parts(call) {
    const { context, bucket, key, query } = call;
    const { uploadId } = await findUpload(context, addressOf(call));
    const limit = countOf(query, "max-parts", PAGE);
    const after = Number(query.get("part-number-marker") ?? 0) || 0;
    const rows = await listPartRows(context, uploadId, { after, limit: limit + 1 });
    const isTruncated = rows.length > limit;
    const shown = rows.slice(0, limit);
    const items = shown.map(({ number, eTag, createdAt }) =>
      element(
        "Part",
        textElement("PartNumber", number),
        textElement("LastModified", createdAt.toISOString()),
        textElement("ETag", eTag),
      ),
    );
    const next = isTruncated ? shown.at(-1)?.number : undefined;
    const elements = { Bucket: bucket, Key: key, UploadId: uploadId, NextPartNumberMarker: next };
    const texts = Object.entries({ ...elements, MaxParts: limit, IsTruncated: isTruncated }).map(
      ([name, value]) => textElement(name, value),
    );
    return xmlAnswer(xmlDocument("ListPartsResult", ...texts, ...items));
  },

  async list({ context, bucket, query }) {
    if (query.get("delimiter")) throw refusals.notImplemented();
    const limit = countOf(query, "max-uploads", PAGE);
    const afterKey = query.get("key-marker") ?? "";
    // Without an id every upload of the marker's key is passed over: no id of ours sorts after a tilde.
    const afterId = query.get("upload-id-marker") ?? (afterKey === "" ? "" : "~");
    const prefix = query.get("prefix") ?? "";
    const rows = await listUploadRows(context, bucket, { prefix, afterKey, afterId, limit: limit + 1 });
    if (rows.length === 0) await findBucket(context, bucket);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const items = shown.map(({ uploadId, key, createdAt }) =>
      element(
        "Upload",
        textElement("Key", key),
        textElement("UploadId", uploadId),
        textElement("Initiated", createdAt.toISOString()),
        textElement("StorageClass", "STANDARD"),
      ),
    );
    const elements = {
      Bucket: bucket,
      Prefix: prefix,
      NextKeyMarker: last?.key,
      NextUploadIdMarker: last?.uploadId,
    };
    const texts = Object.entries({ ...elements, MaxUploads: limit, IsTruncated: last !== undefined }).map(
      ([name, value]) => textElement(name, value),
    );
    return xmlAnswer(xmlDocument("ListMultipartUploadsResult", ...texts, ...items));
  },
} satisfies Record<string, S3Operation>;
