import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { awsErrorFacts } from "./aws-error.ts";
import { isAbsent, storeError } from "./store-error.ts";
import { storeTime } from "./store-time.ts";
import type { LockMode } from "./vault.ts";

/** What AWS allows between the clocks of a caller and its own. */
const CLOCK_TOLERANCE_MINUTES = 15;

/**
 * Before the first byte of a backup: the bucket is there, and where the plan wants a lock it can lock; this
 * machine's clock is right, since ids, locks and retention are counted from it.
 * @throws HoldfastError BUCKET_UNKNOWN, STORE_CLOCK_SKEW, BUCKET_NOT_LOCKABLE, STORE_ACCESS_DENIED, STORE_UNAVAILABLE
 */
export async function checkBucket(s3: S3Client, bucket: string, lockMode: LockMode): Promise<void> {
  checkClock(await storeTime(s3, bucket));
  if (lockMode === "none") return;
  const locked = await s3
    .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    .then((answer) => answer.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled")
    .catch((error: unknown) => {
      if (awsErrorFacts(error).name === "ObjectLockConfigurationNotFoundError" || isAbsent(error))
        return false;
      throw storeError(error, { operation: "GetObjectLockConfiguration", bucket });
    });
  if (!locked) throw notLockable(bucket, lockMode);
  // Lock implies versioning on AWS; some S3-compatible stores let it be suspended.
  const { Status } = await s3
    .send(new GetBucketVersioningCommand({ Bucket: bucket }))
    .catch(() => ({ Status: undefined }));
  if (Status === "Suspended") throw notLockable(bucket, lockMode);
}

function notLockable(bucket: string, lockMode: LockMode): HoldfastError {
  return new HoldfastError({
    code: "BUCKET_NOT_LOCKABLE",
    message: `The plan wants lock mode ${lockMode}, but bucket ${bucket} has no object lock.`,
    hint: `Enable it: aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration ObjectLockEnabled=Enabled (versioning first), or set vault.lock.mode: none.`,
  });
}

function checkClock(there: Date | undefined): void {
  const minutes = there === undefined ? 0 : (Date.now() - there.getTime()) / 60_000;
  if (Math.abs(minutes) <= CLOCK_TOLERANCE_MINUTES) return;
  throw new HoldfastError({
    code: "STORE_CLOCK_SKEW",
    message: `This machine's clock is ${Math.abs(Math.round(minutes))} minutes ${minutes > 0 ? "ahead of" : "behind"} the store's.`,
    hint: "Set the clock (chronyc makestep, or timedatectl set-ntp true), then run the command again.",
  });
}
