import { randomUUID } from "node:crypto";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { PartReader } from "./part-reader.ts";
import { planPartSize } from "./plan-part-size.ts";
import { putMultipart } from "./put-multipart.ts";
import { putSingle } from "./put-single.ts";
import { rejectOnAbort } from "./reject-on-abort.ts";
import type { UploadInput } from "./upload-input.ts";
import type { UploadResult } from "./upload-result.ts";
import type { Vault } from "./vault.ts";

/**
 * Writes one object, once: a key that is taken is never written again, unless a new version is asked for. When the answer to the last request was lost,
 * the store is asked whether the object is ours. A failed upload leaves nothing behind, unless the process dies: then
 * an unfinished upload, which `sweepLitter` ends.
 * @throws HoldfastError OBJECT_EXISTS, UPLOAD_UNRESOLVED, UPLOAD_STOPPED, UPLOAD_TOO_LARGE, STORE_…, BUCKET_UNKNOWN
 */
export async function uploadObject(vault: Vault, input: UploadInput): Promise<UploadResult> {
  const { signal } = input;
  const reader = new PartReader(input.body, planPartSize(input.expectedBytes));
  const abort = rejectOnAbort(signal);
  // Marks the object as written by this very call, which tells it from another writer's after a lost answer.
  const target = { vault, input, mark: randomUUID() };
  try {
    const first = await Promise.race([reader.next(), abort.rejection]);
    return first.isLast ? await putSingle(target, reader, first) : await putMultipart(target, reader, first);
  } catch (error) {
    reader.close();
    throw signal?.aborted ? uploadStopped(signal, input.key) : error;
  } finally {
    abort.dispose();
  }
}

function uploadStopped(signal: AbortSignal, key: string): unknown {
  if (signal.reason instanceof HoldfastError) return signal.reason;
  return new HoldfastError({
    code: "UPLOAD_STOPPED",
    message: `The upload of ${key} was stopped.`,
    hint: "Run the command again.",
    cause: signal.reason,
  });
}
