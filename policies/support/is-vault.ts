import type { PolicyResource } from "@pulumi/policy";

export const BUCKET = "aws:s3/bucket:Bucket";

/**
 * Whether a resource is a bucket of recovery points: one with object lock, or one that says so, locked or not. Of what
 * `ExportVault` declares, only the access log says that it is something else: a forgotten tag leaves a vault judged.
 */
export function isVault({ type, props }: Pick<PolicyResource, "type" | "props">): boolean {
  if (type !== BUCKET) return false;
  const isDeclaredOne =
    props.tags?.["holdfast:component"] === "ExportVault" && props.tags["holdfast:purpose"] !== "access-log";
  return props.objectLockEnabled === true || isDeclaredOne;
}
