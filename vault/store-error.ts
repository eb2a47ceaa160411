import { HoldfastError, type HoldfastErrorInit } from "../plan/holdfast-error.ts";
import { type AwsErrorFacts, awsErrorFacts, isUnavailable } from "./aws-error.ts";

export interface StoreCall {
  /** As in the API, e.g. `PutObject`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key?: string;
}

/** The error of a failed call to the store, written for the person who meets it. */
export function storeError(error: unknown, call: StoreCall): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const facts = awsErrorFacts(error);
  return new HoldfastError({ ...explain(facts, call), cause: error });
}

/** True when the object, or the version asked for, is not there. */
export function isAbsent(error: unknown): boolean {
  const { name, httpStatus } = awsErrorFacts(error);
  if (name === "NoSuchBucket") return false;
  return (
    name === "NoSuchKey" ||
    name === "NoSuchUpload" ||
    name === "NoSuchVersion" ||
    name === "NotFound" ||
    httpStatus === 404
  );
}

function explain(facts: AwsErrorFacts, { operation, bucket, key }: StoreCall): HoldfastErrorInit {
  const where = key ? `s3://${bucket}/${key}` : `bucket ${bucket}`;
  const said = `${operation} on ${where}`;
  const isBucketGone = operation === "HeadBucket" && facts.httpStatus === 404;
  const named = NAMED[isBucketGone ? "NoSuchBucket" : facts.name]?.({ said, bucket, operation });
  if (named) return named;
  if (facts.httpStatus === 403) return accessDenied({ said, bucket, operation });
  if (facts.httpStatus === 301 || facts.httpStatus === 307) return wrongRegion({ said, bucket, operation });
  if (isUnavailable(facts)) {
    const tries = facts.attempts && facts.attempts > 1 ? ` after ${facts.attempts} attempts` : "";
    return {
      code: "STORE_UNAVAILABLE",
      message: `The store did not answer ${said}${tries} (${facts.name}).`,
      hint: "Check the endpoint and the network, then run the same command again; it goes on where it stopped.",
    };
  }
  return {
    code: "STORE_REFUSED",
    message: `The store refused ${said}: ${facts.name}${facts.message ? `, ${facts.message.slice(0, 200)}` : ""}.`,
    hint: "Check bucket, region and permissions in the plan's vault section.",
  };
}

interface Said {
  readonly said: string;
  readonly bucket: string;
  readonly operation: string;
}

function accessDenied({ said, operation }: Said): HoldfastErrorInit {
  return {
    code: "STORE_ACCESS_DENIED",
    message: `Access was denied for ${said}.`,
    hint: `Allow ${IAM_ACTIONS[operation] ?? `s3:${operation}`} on it to the role that runs this command.`,
  };
}

function wrongRegion({ said, bucket }: Said): HoldfastErrorInit {
  return {
    code: "BUCKET_WRONG_REGION",
    message: `${said} was redirected: the bucket is in another region than the plan says.`,
    hint: `Set vault.region to the answer of: aws s3api get-bucket-location --bucket ${bucket}`,
  };
}

function credentials({ said }: Said): HoldfastErrorInit {
  return {
    code: "STORE_CREDENTIALS_REFUSED",
    message: `The credentials in use were refused for ${said}.`,
    hint: "Renew them (AWS_PROFILE, AWS_ACCESS_KEY_ID or the task's role); `aws sts get-caller-identity` shows which are used.",
  };
}

function skew({ said }: Said): HoldfastErrorInit {
  return {
    code: "STORE_CLOCK_SKEW",
    message: `${said} was refused because this machine's clock differs from the store's by more than 15 minutes.`,
    hint: "Set the clock (chronyc makestep, or timedatectl set-ntp true), then run the command again.",
  };
}

const NAMED: Readonly<Record<string, (said: Said) => HoldfastErrorInit>> = {
  AccessDenied: accessDenied,
  AccessDeniedException: accessDenied,
  Forbidden: accessDenied,
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  InvalidAccessKeyId: credentials,
  SignatureDoesNotMatch: credentials,
  ExpiredToken: credentials,
  ExpiredTokenException: credentials,
  InvalidToken: credentials,
  UnrecognizedClientException: credentials,
  RequestTimeTooSkewed: skew,
  RequestExpired: skew,
  NoSuchBucket: ({ bucket }) => ({
    code: "BUCKET_UNKNOWN",
    message: `There is no bucket ${bucket}.`,
    hint: "Create it (`pulumi up`), or correct vault.bucket, vault.region and vault.endpoint in the plan.",
  }),
  CredentialsProviderError: ({ said }) => ({
    code: "STORE_CREDENTIALS_MISSING",
    message: `No credentials were found for ${said}.`,
    hint: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run with a role.",
  }),
};

// The names of permissions differ from those of the calls.
// @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: "s3:GetObject",
  ListObjectsV2: "s3:ListBucket",
  HeadBucket: "s3:ListBucket",
  ListObjectVersions: "s3:ListBucketVersions",
  ListParts: "s3:ListMultipartUploadParts",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  DeleteObject: "s3:DeleteObjectVersion",
  GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
};
