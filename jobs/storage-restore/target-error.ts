import { HoldfastError } from "../../plan/holdfast-error.ts";
import { sourceError } from "../storage/source-error.ts";

/** The same refusals as of a source have other remedies at a target. */
const HINTS: Readonly<Record<string, string>> = {
  STORAGE_BUCKET_UNKNOWN:
    "Create the empty bucket first, or name one that exists. Of a Supabase project give its database too (--target-env): then the bucket is made as it was.",
  STORAGE_PROTOCOL_DISABLED:
    "Switch on the S3 protocol in the target project's Storage settings and run again.",
  STORAGE_KEYS_REFUSED:
    "Give keys that may list, read and write the target bucket, and its region (--target-region).",
  STORAGE_UNAVAILABLE: "Run the same restore again: it goes on where it stopped.",
};

/** What a request to the target failed with, in the words of a restore. @returns errors of `sourceError` */
export function targetError(cause: unknown, where: { readonly bucket: string; readonly name?: string }) {
  const { code, message, hint, exitCode } = sourceError(cause, where);
  return new HoldfastError({
    ...{ code, exitCode, cause },
    message: message
      .replace(/^The project's Storage/, "The target")
      .replace(/^Reading (.*) from the project's Storage failed/, "The target failed with $1"),
    hint: HINTS[code] ?? hint,
  });
}
