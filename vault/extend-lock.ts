import { GetObjectRetentionCommand, PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import { awsErrorFacts } from "./aws-error.ts";
import { storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

export interface LockExtension {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly mode: "compliance" | "governance";
  readonly until: Date;
}

/**
 * Raises the lock of one version of an object; one that is locked for longer already stays so.
 * @throws HoldfastError STORE_…
 */
export async function extendLock(
  vault: Vault,
  { key, versionId, mode, until }: LockExtension,
): Promise<void> {
  const target = { Bucket: vault.bucket, Key: key, ...(versionId && { VersionId: versionId }) };
  try {
    await vault.s3.send(
      new PutObjectRetentionCommand({
        ...target,
        Retention: { Mode: mode === "compliance" ? "COMPLIANCE" : "GOVERNANCE", RetainUntilDate: until },
      }),
    );
  } catch (error) {
    // Refused as a shortening when somebody has locked the chunk for longer: then there is nothing to do.
    if (awsErrorFacts(error).httpStatus === 403 && (await isLockedUntil(vault, target, until))) return;
    throw storeError(error, { operation: "PutObjectRetention", bucket: vault.bucket, key });
  }
}

async function isLockedUntil(
  vault: Vault,
  target: { Bucket: string; Key: string; VersionId?: string },
  until: Date,
): Promise<boolean> {
  try {
    const { Retention } = await vault.s3.send(new GetObjectRetentionCommand(target));
    // Stores keep whole seconds, and some compare with what they were given.
    return (Retention?.RetainUntilDate?.getTime() ?? 0) >= Math.floor(until.getTime() / 1000) * 1000;
  } catch {
    return false;
  }
}
