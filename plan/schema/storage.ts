import { z } from "zod";
import { field } from "./field.ts";
import { secretReference } from "./secret-reference.ts";
import { byteSize, schedule, text, wholeNumber } from "./texts.ts";

/** One bucket of Supabase Storage that is mirrored into the vault. */
export const StorageBucket = z.strictObject({
  bucket: text({
    text: "the bucket's id",
    example: "order_photos",
    range: "1 to 100 characters without / or control characters",
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    form: /^[^/\u0000-\u001f]{1,100}$/,
  }),
  schedule: schedule({ text: "when changes are mirrored, UTC", example: '"30 2 * * *"' }).default(
    "30 2 * * *",
  ),
  reconcile: schedule({
    text: "when everything is compared with the listing and the mirror, UTC; the first sync after it does",
    example: '"0 1 * * 0"',
  }).default("0 1 * * 0"),
  retain: field(z.strictObject({ days: wholeNumber({ text: "days", example: "30", min: 1, max: 3_650 }) }), {
    text: "how long replaced and deleted objects are kept",
    range: "{days: n}",
    example: "{days: 30}",
  }).prefault({ days: 30 }),
  /** Each a task of its own; names are shared out by their hash, so that every shard has as many that change. */
  shards: field(z.literal([1, 2, 4, 8, 16]), {
    text: "over how many tasks a sync is shared out",
    range: "1, 2, 4, 8 or 16",
    example: "4",
  }).default(1),
  /** For the forecast alone. */
  size: byteSize({ text: "how much it holds, for the forecast", example: "20 GiB" }).optional(),
  /** For the forecast alone. */
  objects: wholeNumber({
    text: "how many objects it holds, for the forecast",
    example: "50000",
    min: 0,
    max: 1_000_000_000,
  }).optional(),
});
export type StorageBucket = z.output<typeof StorageBucket>;

/** How objects of Supabase Storage are read. */
export const StorageAccess = z.strictObject({
  endpoint: text({
    text: "the project's S3 endpoint; derived from its ref when absent",
    example: "https://abcdefghijklmnopqrst.storage.supabase.co/storage/v1/s3",
    range: "an http or https URL",
    form: /^https?:\/\/[^\s@]+$/,
  }).optional(),
  accessKeyId: secretReference({ text: "the S3 access key id", example: "{env: STORAGE_ACCESS_KEY_ID}" }),
  secretAccessKey: secretReference({
    text: "the S3 secret key",
    example: "{env: STORAGE_SECRET_ACCESS_KEY}",
  }),
});
export type StorageAccess = z.output<typeof StorageAccess>;
