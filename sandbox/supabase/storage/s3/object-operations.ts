import { isUnchanged } from "../is-unchanged.ts";
import { checkKey } from "../key-rules.ts";
import { objectHeaders, openObject, readObject } from "../read-object.ts";
import { findBucket } from "../rows/bucket-rows.ts";
import { findObject, removeObjectRows } from "../rows/object-rows.ts";
import { refusals } from "../storage-refusal.ts";
import { announcedBytes, bodyText, checkedBody } from "./checked-body.ts";
import { childText, parseXml } from "./parse-xml.ts";
import { readCopySource } from "./read-copy-source.ts";
import { type S3Call, type S3Operation, xmlAnswer } from "./s3-call.ts";
import { readFacts, writeObject } from "./write-object.ts";
import { element, textElement, xmlDocument } from "./xml-text.ts";

/** A body from this size on is refused before it is read, at the price of one more look at the bucket. */
const LOOK_FIRST_BYTES = 8 * 1024 * 1024;
const MOST_DELETED = 1000;
const DELETE_BODY_BYTES = 8 * 1024 * 1024;

const OVERRIDES = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** The smaller of the limits of project and bucket, in bytes. */
async function limitFor({ context, bucket, incoming, checked }: S3Call): Promise<number> {
  const { fileSizeLimitBytes } = context.access();
  const announced = announcedBytes(incoming, checked) ?? 0;
  if (announced > fileSizeLimitBytes) throw refusals.tooLarge();
  if (announced < LOOK_FIRST_BYTES) return fileSizeLimitBytes;
  const { fileSizeLimit } = await findBucket(context, bucket);
  const limit = Math.min(fileSizeLimit ?? fileSizeLimitBytes, fileSizeLimitBytes);
  if (announced > limit) throw refusals.tooLarge();
  return limit;
}

async function removeObjects({ context, bucket }: S3Call, keys: readonly string[]): Promise<void> {
  const versions = await removeObjectRows(context, bucket, keys);
  if (versions.length === 0) await findBucket(context, bucket);
  // A delete is final: nothing brings these bytes back.
  await Promise.all(versions.map((version) => context.blobs.discard(version)));
}

/** What S3 does with single objects. @see https://supabase.com/docs/guides/storage/s3/compatibility */
export const objectOperations = {
  async get(call) {
    const answer = await readObject(call.context, call, call.headers);
    const overrides = OVERRIDES.map((name) => [name, call.query.get(`response-${name}`)] as const);
    const given = overrides.filter(([, value]) => value !== undefined && /^[\t\x20-\x7e]*$/.test(value));
    return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(given) } };
  },

  /** Answered by the row alone: a row without bytes looks like any other. */
  async head({ context, bucket, key, headers }) {
    const row = await findObject(context, bucket, key);
    if (isUnchanged(headers, row.metadata?.eTag ?? "", row.updatedAt)) return { status: 304 };
    return {
      status: 200,
      headers: {
        ...objectHeaders(row),
        "content-length": row.metadata?.size ?? 0,
        "last-modified": row.updatedAt.toUTCString(),
      },
    };
  },

  /** There are none, and none can be set. */
  async tags({ context, bucket, key }) {
    await findObject(context, bucket, key);
    return xmlAnswer(xmlDocument("Tagging", element("TagSet")));
  },

  /** Replaces what is there; `If-None-Match` is not looked at, as by the service. */
  async put(call) {
    const { context, bucket, key, headers, incoming, checked } = call;
    checkKey(key, context.anyKey);
    const limitBytes = await limitFor(call);
    const { eTag } = await writeObject(context, {
      bucket,
      key,
      facts: readFacts(headers),
      async store(version) {
        const { bytes, md5 } = await context.blobs.keep(version, checkedBody(incoming, checked), limitBytes);
        return { bytes, eTag: `"${md5}"` };
      },
    });
    return { status: 200, headers: { etag: eTag } };
  },

  async copy({ context, bucket, key, headers }) {
    checkKey(key, context.anyKey);
    const source = await openObject(context, readCopySource(headers));
    try {
      const { metadata, userMetadata, updatedAt } = source.row;
      const conditions = Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith("x-amz-copy-source-if-") ? [[name.slice("x-amz-copy-source-".length), value]] : [],
      );
      if (isUnchanged(Object.fromEntries(conditions), metadata?.eTag ?? "", updatedAt))
        throw refusals.preconditionFailed();
      const facts = readFacts(headers);
      const kept = {
        mimetype: metadata?.mimetype ?? facts.mimetype,
        cacheControl: metadata?.cacheControl ?? facts.cacheControl,
        userMetadata: (userMetadata ?? undefined) as Record<string, string> | undefined,
      };
      const written = await writeObject(context, {
        bucket,
        key,
        facts: headers["x-amz-metadata-directive"] === "REPLACE" ? facts : kept,
        async store(version) {
          const stream = source.file.createReadStream({ autoClose: false, start: 0 });
          const { bytes, md5 } = await context.blobs.keep(
            version,
            stream,
            context.access().fileSizeLimitBytes,
          );
          return { bytes, eTag: `"${md5}"` };
        },
      });
      const elements = [textElement("ETag", written.eTag), textElement("LastModified", written.lastModified)];
      return xmlAnswer(xmlDocument("CopyObjectResult", ...elements));
    } finally {
      await source.file.close();
    }
  },

  async remove(call) {
    await removeObjects(call, [call.key]);
    return { status: 204 };
  },

  /** At most 1,000 keys; one that is not there counts as deleted. */
  async removeMany(call) {
    const document = parseXml(await bodyText(call.incoming, call.checked, DELETE_BODY_BYTES));
    const objects = document.children.filter(({ name }) => name === "Object");
    const keys = objects.map((object) => childText(object, "Key") ?? "");
    const isValid = document.name === "Delete" && keys.length > 0 && keys.length <= MOST_DELETED;
    if (!isValid || keys.includes("")) throw refusals.malformedXml();
    if (objects.some((object) => childText(object, "VersionId"))) throw refusals.notImplemented();
    await removeObjects(call, keys);
    const isQuiet = childText(document, "Quiet")?.trim() === "true";
    const deleted = isQuiet ? [] : keys.map((key) => element("Deleted", textElement("Key", key)));
    return xmlAnswer(xmlDocument("DeleteResult", ...deleted));
  },
} satisfies Record<string, S3Operation>;
