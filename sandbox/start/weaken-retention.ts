import {
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Sandbox } from "../sandbox.ts";

/** So short that what a restore would need is gone before anybody looks. */
const WEAK_DAYS = 3;

/**
 * Somebody shortens by hand how long points of a tier are kept in the vault, as in the console.
 * @returns what was done, in words
 */
export async function weakenRetention({ aws, bucket }: Sandbox, prefix: string): Promise<string> {
  const { endpoint, region, accessKeyId, secretAccessKey } = aws;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    const rule = Rules.find(
      ({ Expiration, Filter }) =>
        Expiration?.Days !== undefined && (Filter?.And?.Prefix ?? Filter?.Prefix) === prefix,
    );
    if (rule?.Expiration?.Days === undefined) throw new Error(`no rule of ${bucket} expires ${prefix}`);
    const days = rule.Expiration.Days;
    rule.Expiration.Days = WEAK_DAYS;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } }),
    );
    return `verified points of ${prefix} are kept ${WEAK_DAYS} days instead of ${days}`;
  } finally {
    s3.destroy();
  }
}
