import type { S3Client } from "@aws-sdk/client-s3";
import type { AuditContext } from "../audit-context.ts";
import type { BucketKinds } from "./bucket-kinds.ts";

export interface AuditedBucketPlace {
  readonly context: AuditContext;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly kinds: BucketKinds;
  /** The bucket of an access log: without object lock, and without a log of its own. @default false */
  readonly isLog?: boolean;
}
