import type { PolicyResource } from "@pulumi/policy";

/** A resource of a stack as far as rules over several look at it. */
export type Judged = Pick<PolicyResource, "type" | "name" | "urn" | "props"> & {
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
};

const BUCKET = "aws:s3/bucket:Bucket";

/** The buckets with object lock: those that hold recovery points. */
export function lockedBuckets(resources: readonly Judged[]): Judged[] {
  return resources.filter(({ type, props }) => type === BUCKET && props.objectLockEnabled === true);
}

/** Whether a resource holds a setting of the bucket, as S3 keeps each as a resource of its own. */
export function isAboutBucket({ props, propertyDependencies }: Judged, bucket: Judged): boolean {
  if (propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn)) return true;
  return props.bucket !== undefined && props.bucket === bucket.props.bucket;
}
