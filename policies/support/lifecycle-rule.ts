/** A rule of a bucket's lifecycle, as far as policies read it. */
export interface LifecycleRule {
  readonly id?: string;
  readonly expiration?: { readonly days?: number; readonly date?: string };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
  readonly filter?: {
    readonly prefix?: string;
    readonly tag?: { readonly key: string; readonly value: string };
    readonly and?: { readonly prefix?: string; readonly tags?: Readonly<Record<string, string>> };
  };
}

export const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** What the names begin with that the rule is about; empty where it is about all. */
export function prefixOf({ filter }: LifecycleRule): string {
  return filter?.prefix ?? filter?.and?.prefix ?? "";
}
