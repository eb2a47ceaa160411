import type { IncomingMessage } from "node:http";
import type { StorageAnswer } from "../storage-answer.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals } from "../storage-refusal.ts";
import { bucketOperations } from "./bucket-operations.ts";
import { checkSignature } from "./check-signature.ts";
import { listOperations } from "./list-operations.ts";
import { multipartOperations } from "./multipart-operations.ts";
import { objectOperations } from "./object-operations.ts";
import type { S3Operation } from "./s3-call.ts";

/** A request below `/storage/v1/s3`. */
export interface S3Request {
  readonly incoming: IncomingMessage;
  /** The whole path, as signed. */
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: readonly (readonly [string, string])[];
}

/** Words in the query that ask for something other than the bucket or the object itself. */
const SUBRESOURCES = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  location logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock
  replication requestPayment restore retention select tagging torrent uploadId uploads versionId versioning versions
  website`.split(/\s+/),
);

/** Promises that the service cannot keep; refused here, so that no one relies on them. UNVERIFIED: it may ignore them. */
const REFUSED_HEADERS = /^x-amz-(object-lock-|tagging$|server-side-encryption-customer-|write-offset-)/;

const OPERATIONS: Readonly<Record<string, S3Operation>> = {
  "GET service": bucketOperations.list,
  "HEAD bucket": bucketOperations.head,
  "PUT bucket": bucketOperations.create,
  "DELETE bucket": bucketOperations.remove,
  "GET bucket": listOperations.objects,
  "GET bucket list-type": listOperations.objectsV2,
  "GET bucket location": bucketOperations.location,
  "GET bucket versioning": bucketOperations.versioning,
  "GET bucket uploads": multipartOperations.list,
  "POST bucket delete": objectOperations.removeMany,
  "GET object": objectOperations.get,
  "GET object tagging": objectOperations.tags,
  "HEAD object": objectOperations.head,
  "PUT object": objectOperations.put,
  "PUT object copy": objectOperations.copy,
  "DELETE object": objectOperations.remove,
  "POST object uploads": multipartOperations.begin,
  "PUT object uploadId": multipartOperations.part,
  "PUT object uploadId copy": multipartOperations.copyPart,
  "POST object uploadId": multipartOperations.complete,
  "DELETE object uploadId": multipartOperations.abort,
  "GET object uploadId": multipartOperations.parts,
};

function operationOf({ incoming, bucket, key, query }: S3Request): S3Operation | undefined {
  const { headers, method = "" } = incoming;
  if (Object.keys(headers).some((name) => REFUSED_HEADERS.test(name))) return undefined;
  const level = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const asked = query.map(([name]) => name).filter((name) => SUBRESOURCES.has(name));
  const isV2 = level === "bucket" && query.some(([name, value]) => name === "list-type" && value === "2");
  const isCopy = level === "object" && method === "PUT" && headers["x-amz-copy-source"] !== undefined;
  const words = [method, level, ...asked, ...(isV2 ? ["list-type"] : []), ...(isCopy ? ["copy"] : [])];
  return OPERATIONS[words.join(" ")];
}

/**
 * Answers a request of the S3 protocol, once its signature is checked.
 * @throws StorageRefusal for everything but success
 * @see https://supabase.com/docs/guides/storage/s3/compatibility
 */
export async function handleS3(context: StorageContext, request: S3Request): Promise<StorageAnswer> {
  const { incoming, path, bucket, key, query } = request;
  const { headers, method = "" } = incoming;
  const checked = checkSignature(context, { method, path, query, headers });
  const operation = operationOf(request);
  if (!operation) throw refusals.notImplemented();
  return operation({ context, bucket, key, query: new Map(query), headers, incoming, checked });
}
