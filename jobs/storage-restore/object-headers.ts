import type { CatalogRow } from "../storage/catalog-rows.ts";

/** What is told of an object besides its bytes, in the fields of the S3 client. */
export interface ObjectHeaders {
  readonly ContentType?: string;
  readonly CacheControl?: string;
  readonly Metadata?: Record<string, string>;
}

const NOT_PLAIN = /[^\x20-\x7e]|^\s|\s$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Of all keys and values together. */
const METADATA_BYTES = 2 * 1024;

/**
 * The headers under which an object is stored as its row tells. Metadata that no header can hold as it is goes encoded,
 * as S3 itself gives such values back; a key that is no header's name, or for whose value S3 has no room left, is left out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function objectHeaders({ contentType, cacheControl, metadata }: CatalogRow): ObjectHeaders {
  let room = METADATA_BYTES;
  const entries = Object.entries(metadata ?? {}).flatMap(([key, value]) => {
    const text = NOT_PLAIN.test(value) ? encodedWord(value) : value;
    const length = key.length + text.length;
    if (!TOKEN.test(key) || length > room) return [];
    room -= length;
    return [[key, text] as const];
  });
  return {
    ...(isPlain(contentType) && { ContentType: contentType }),
    ...(isPlain(cacheControl) && { CacheControl: cacheControl }),
    ...(entries.length > 0 && { Metadata: Object.fromEntries(entries) }),
  };
}

const isPlain = (value: string | undefined): value is string =>
  value !== undefined && value !== "" && !NOT_PLAIN.test(value);

/** @see https://www.rfc-editor.org/rfc/rfc2047 */
const encodedWord = (value: string) => `=?UTF-8?B?${Buffer.from(value, "utf8").toString("base64")}?=`;
