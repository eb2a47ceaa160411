import { refusals } from "./storage-refusal.ts";

const KEY = /^[\w/!\-.*'() &$@=;:+,?]+$/;
const BUCKET = /^[\w!\-.*'() &$@=;:+,?]{1,63}$/;
const KEY_BYTES = 1024;

/** @throws StorageRefusal InvalidBucketName */
export function checkBucketName(name: string): void {
  if (!BUCKET.test(name)) throw refusals.invalidBucketName();
}

/**
 * The service takes fewer names than S3 does: word characters of ASCII and some marks, neither `%` nor other scripts.
 * @param anyKey takes what S3 takes
 * @throws StorageRefusal InvalidKey
 * @see https://supabase.com/docs/guides/storage/uploads/file-limits
 */
export function checkKey(key: string, anyKey: boolean): void {
  const valid = anyKey ? key !== "" && !key.includes("\0") : KEY.test(key);
  if (!valid || Buffer.byteLength(key) > KEY_BYTES) throw refusals.invalidKey(key);
}
