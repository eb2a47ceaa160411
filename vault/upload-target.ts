import {
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { awsErrorFacts } from "./aws-error.ts";
import { isAbsent, storeError } from "./store-error.ts";
import type { UploadInput } from "./upload-input.ts";
import type { Vault } from "./vault.ts";

/** One object that is being written. */
export interface UploadTarget {
  readonly vault: Vault;
  readonly input: UploadInput;
  /** Unique to this upload; stored with the object. */
  readonly mark: string;
}

const MARK = "holdfast-upload";

type ObjectProperties = Pick<
  PutObjectCommandInput,
  "Bucket" | "Key" | "ContentType" | "Metadata" | "ObjectLockMode" | "ObjectLockRetainUntilDate"
>;

/** What a single and a multipart upload have in common. */
export function objectProperties({ vault, input, mark }: UploadTarget): ObjectProperties {
  const lockMode = input.lockMode ?? vault.lockMode;
  return {
    Bucket: vault.bucket,
    Key: input.key,
    ContentType: input.contentType ?? "application/octet-stream",
    Metadata: { ...input.metadata, [MARK]: mark },
    ...(input.lockUntil &&
      lockMode !== "none" &&
      vault.lockMode !== "none" && {
        ObjectLockMode: lockMode === "compliance" ? "COMPLIANCE" : "GOVERNANCE",
        ObjectLockRetainUntilDate: input.lockUntil,
      }),
  };
}

/** The key is taken: by another object, or by ours when the answer to an earlier attempt was lost. */
export function isTaken(error: unknown): boolean {
  const { name, httpStatus } = awsErrorFacts(error);
  return name === "PreconditionFailed" || httpStatus === 412;
}

/** Two writers met; the store wants the request again. */
export function isConflict(error: unknown): boolean {
  const { name, httpStatus } = awsErrorFacts(error);
  return name === "ConditionalRequestConflict" || (httpStatus === 409 && name !== "OperationAborted");
}

export interface Written {
  readonly bytes: number;
  readonly sha256: Buffer;
}

/**
 * Asks the store whether the object at the key is the one just written.
 * @returns its version, or undefined when there is no object
 * @throws HoldfastError OBJECT_EXISTS when it is another one, UPLOAD_UNRESOLVED when the store does not say
 */
export async function findWritten(
  target: UploadTarget,
  written: Written,
  failure: unknown,
): Promise<{ versionId?: string } | undefined> {
  const { vault, input, mark } = target;
  let head: HeadObjectCommandOutput;
  try {
    head = await vault.s3.send(
      new HeadObjectCommand({ Bucket: vault.bucket, Key: input.key, ChecksumMode: "ENABLED" }),
    );
  } catch (error) {
    if (isAbsent(error)) return undefined;
    // A first attempt that met an object met somebody else's: ours was never sent.
    if (isTaken(failure) && awsErrorFacts(failure).attempts === 1) throw objectExists(input.key);
    throw unresolved(target, error);
  }
  const isOurs = head.Metadata?.[MARK] === mark;
  const isEqual = head.ChecksumSHA256 === written.sha256.toString("base64");
  if (head.ContentLength !== written.bytes || !(isOurs || isEqual)) throw objectExists(input.key);
  return head.VersionId && head.VersionId !== "null" ? { versionId: head.VersionId } : {};
}

export function objectExists(key: string): HoldfastError {
  return new HoldfastError({
    code: "OBJECT_EXISTS",
    message: `${key} is already in the vault, with other content; nothing is ever written over.`,
    hint: "Another run uses the same name: let it finish, or start again for a new recovery point.",
  });
}

function unresolved({ vault, input }: UploadTarget, cause: unknown): HoldfastError {
  const why = storeError(cause, { operation: "HeadObject", bucket: vault.bucket, key: input.key });
  return new HoldfastError({
    code: "UPLOAD_UNRESOLVED",
    message: `The answer to the upload of ${input.key} was lost, and the store does not say whether it is there. ${why.message}`,
    hint: `${why.hint} Then start again; what was left behind is swept.`,
    cause,
  });
}
