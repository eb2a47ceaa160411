import type { PolicyResource } from "@pulumi/policy";
import { isVault } from "./is-vault.ts";

/** A resource of a stack as far as rules over several look at it. */
export type Judged = Pick<PolicyResource, "type" | "name" | "urn" | "props"> & {
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
};

/** The buckets that hold recovery points. */
export function vaultBuckets(resources: readonly Judged[]): Judged[] {
  return resources.filter(isVault);
}

/** Whether a resource holds a setting of the bucket, as S3 keeps each as a resource of its own. */
export function isAboutBucket({ props, propertyDependencies }: Judged, bucket: Judged): boolean {
  if (propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn)) return true;
  return props.bucket !== undefined && props.bucket === bucket.props.bucket;
}
