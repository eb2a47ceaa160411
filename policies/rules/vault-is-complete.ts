import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";

const BUCKET = "aws:s3/bucket:Bucket";
/** What a bucket with object lock must have beside it, as S3 keeps each setting as a resource of its own. */
const NEEDED: Readonly<Record<string, string>> = {
  "aws:s3/bucketVersioning:BucketVersioning": "versioning",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "a block of public access",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "default encryption",
  "aws:s3/bucketPolicy:BucketPolicy": "a policy",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "a lifecycle",
};

type Judged = Pick<PolicyResource, "type" | "name" | "urn" | "props"> & {
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
};

/** A vault without one of its settings passes every rule over that setting. */
export const vaultIsComplete: StackValidationPolicy = {
  name: "vault-is-complete",
  description:
    "A bucket with object lock has versioning, a block of public access, encryption, a policy, a lifecycle.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { bucket, missing } of incompleteVaults(resources))
      report(`the bucket "${bucket.name}" lacks ${missing.join(", ")}`, bucket.urn);
  },
};

function incompleteVaults(resources: readonly Judged[]): { bucket: Judged; missing: string[] }[] {
  return resources
    .filter(({ type, props }) => type === BUCKET && props.objectLockEnabled === true)
    .map((bucket) => {
      const present = resources.filter((one) => isAbout(one, bucket)).map(({ type }) => type);
      const missing = Object.entries(NEEDED).filter(([type]) => !present.includes(type));
      return { bucket, missing: missing.map(([, what]) => what) };
    })
    .filter(({ missing }) => missing.length > 0);
}

function isAbout({ type, props, propertyDependencies }: Judged, bucket: Judged): boolean {
  if (!(type in NEEDED)) return false;
  if (propertyDependencies.bucket?.some(({ urn }) => urn === bucket.urn)) return true;
  return props.bucket !== undefined && props.bucket === bucket.props.bucket;
}
