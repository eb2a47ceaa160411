import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { onVersion } from "./on-version.ts";
import { isAbsent, storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

export interface ObjectLock {
  readonly isLocked: boolean;
  /** Absent for a legal hold, which has no end. */
  readonly until?: Date;
}

/** Whether the store refuses to delete a version, by retention or legal hold, whatever the mode. */
export async function lockOf(
  vault: Vault,
  { key, versionId }: { readonly key: string; readonly versionId: string },
): Promise<ObjectLock> {
  const target = { Bucket: vault.bucket, Key: key };
  const head = await onVersion(versionId, (version) =>
    vault.s3.send(new HeadObjectCommand({ ...target, ...version })),
  ).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw storeError(error, { operation: "HeadObject", bucket: vault.bucket, key });
  });
  if (head?.ObjectLockLegalHoldStatus === "ON") return { isLocked: true };
  const until = head?.ObjectLockRetainUntilDate;
  return until && until > vault.clock() ? { isLocked: true, until } : { isLocked: false };
}
