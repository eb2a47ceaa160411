import { findBucket } from "../rows/bucket-rows.ts";
import { afterPrefix, type ListEntry, listRows } from "../rows/list-rows.ts";
import { refusals } from "../storage-refusal.ts";
import { encodeRfc3986 } from "./encode-rfc3986.ts";
import { countOf, type S3Call, type S3Operation, xmlAnswer } from "./s3-call.ts";
import { element, textElement, xmlDocument } from "./xml-text.ts";

const MOST_KEYS = 1000;

interface Page {
  readonly entries: readonly ListEntry[];
  readonly isTruncated: boolean;
  readonly limit: number;
  readonly encode: (text: string) => string;
}

/** The first name that comes after `name`: bytewise, and no text holds a zero byte. */
const justAfter = (name: string): string => `${name}\u0001`;

const encodeToken = (from: string): string => Buffer.from(`from:${from}`).toString("base64url");

function decodeToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("from:")) throw refusals.invalidParameter("continuation-token");
  return text.slice("from:".length);
}

async function readPage(call: S3Call, from: string): Promise<Page> {
  const { context, bucket, query } = call;
  const limit = countOf(query, "max-keys", MOST_KEYS);
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const entries = await listRows(context, { bucket, prefix, delimiter, from, limit: limit + 1 });
  if (entries.length === 0) await findBucket(context, bucket);
  const encode = query.get("encoding-type") === "url" ? encodeRfc3986 : (text: string) => text;
  return { entries: entries.slice(0, limit), isTruncated: entries.length > limit, limit, encode };
}

const contents = ({ name, updatedAt, eTag, size }: ListEntry, encode: Page["encode"]): string =>
  element(
    "Contents",
    textElement("Key", encode(name)),
    textElement("LastModified", updatedAt?.toISOString()),
    textElement("ETag", eTag ?? undefined),
    textElement("Size", size ?? 0),
    textElement("StorageClass", "STANDARD"),
  );

/** What both versions of the call answer. */
function pageElements({ bucket, query }: S3Call, { entries, isTruncated, limit, encode }: Page): string[] {
  const delimiter = query.get("delimiter");
  return [
    textElement("Name", bucket),
    textElement("Prefix", encode(query.get("prefix") ?? "")),
    textElement("Delimiter", delimiter && encode(delimiter)),
    textElement("MaxKeys", limit),
    textElement("IsTruncated", isTruncated),
    textElement("EncodingType", query.get("encoding-type")),
    ...entries.map((entry) =>
      entry.isPrefix
        ? element("CommonPrefixes", textElement("Prefix", encode(entry.name)))
        : contents(entry, encode),
    ),
  ];
}

const resumeAfter = ({ name, isPrefix }: ListEntry): string =>
  isPrefix ? (afterPrefix(name) ?? justAfter(name)) : justAfter(name);

/** Listings of objects by their rows; at most 1,000 a page. */
export const listOperations = {
  async objectsV2(call) {
    const token = call.query.get("continuation-token");
    const startAfter = call.query.get("start-after");
    const from = token ? decodeToken(token) : startAfter ? justAfter(startAfter) : "";
    const page = await readPage(call, from);
    const last = page.entries.at(-1);
    const next = page.isTruncated && last ? encodeToken(resumeAfter(last)) : undefined;
    return xmlAnswer(
      xmlDocument(
        "ListBucketResult",
        ...pageElements(call, page),
        textElement("KeyCount", page.entries.length),
        textElement("ContinuationToken", token),
        textElement("NextContinuationToken", next),
        textElement("StartAfter", startAfter && page.encode(startAfter)),
      ),
    );
  },

  async objects(call) {
    const marker = call.query.get("marker") ?? "";
    const delimiter = call.query.get("delimiter") ?? "";
    const isPrefix =
      delimiter !== "" &&
      marker.endsWith(delimiter) &&
      marker.length > (call.query.get("prefix") ?? "").length;
    const from = marker === "" ? "" : isPrefix ? (afterPrefix(marker) ?? "") : justAfter(marker);
    const page = await readPage(call, from);
    const last = page.entries.at(-1);
    const next = page.isTruncated && delimiter !== "" && last ? page.encode(last.name) : undefined;
    const elements = [textElement("Marker", page.encode(marker)), textElement("NextMarker", next)];
    return xmlAnswer(xmlDocument("ListBucketResult", ...pageElements(call, page), ...elements));
  },
} satisfies Record<string, S3Operation>;
