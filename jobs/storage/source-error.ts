import { HoldfastError } from "../../plan/holdfast-error.ts";
import { awsErrorFacts } from "../../vault/aws-error.ts";

/**
 * What a request to a project's Storage failed with.
 * @returns STORAGE_KEYS_REFUSED, STORAGE_PROTOCOL_DISABLED, STORAGE_BUCKET_UNKNOWN (exit 2), STORAGE_OBJECT_MISSING,
 * STORAGE_OBJECT_REPLACED or STORAGE_UNAVAILABLE
 */
export function sourceError(
  cause: unknown,
  where: { readonly bucket: string; readonly name?: string },
): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  const { name: code, httpStatus } = awsErrorFacts(cause);
  const what = where.name === undefined ? where.bucket : `${where.bucket}/${where.name}`;
  const told = `${code}${httpStatus === undefined ? "" : `, status ${httpStatus}`}`;
  if (code === "NoSuchBucket") {
    return new HoldfastError({
      code: "STORAGE_BUCKET_UNKNOWN",
      message: `The project's Storage has no bucket ${where.bucket}.`,
      hint: "Name a bucket that exists, by its id, in the plan's storage section.",
      exitCode: 2,
      cause,
    });
  }
  if (/FeatureNotEnabled/i.test(code) || isWithoutS3(cause, httpStatus)) {
    return new HoldfastError({
      code: "STORAGE_PROTOCOL_DISABLED",
      message: `The project's Storage does not speak S3 (${told}).`,
      hint: "Switch on the S3 protocol in the project's Storage settings and run again.",
      exitCode: 2,
      cause,
    });
  }
  if (
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|ExpiredToken|InvalidToken)$/.test(code) ||
    httpStatus === 401 ||
    httpStatus === 403
  ) {
    return new HoldfastError({
      code: "STORAGE_KEYS_REFUSED",
      message: `The project's Storage refused the S3 access key for ${what} (${told}).`,
      hint: "Make a new S3 access key in the project's Storage settings and put it where the plan reads it; the plan's region of the project must be its own, as the signature names it.",
      exitCode: 2,
      cause,
    });
  }
  if (httpStatus === 412) {
    return new HoldfastError({
      code: "STORAGE_OBJECT_REPLACED",
      message: `${what} was replaced while it was read.`,
      hint: "Run the sync again: it copies the new version.",
      cause,
    });
  }
  if (httpStatus === 404) {
    return new HoldfastError({
      code: "STORAGE_OBJECT_MISSING",
      message: `${what} is not in the project's Storage.`,
      hint: "It was deleted, or its bytes are lost; see the sync's report.",
      cause,
    });
  }
  return new HoldfastError({
    code: "STORAGE_UNAVAILABLE",
    message: `Reading ${what} from the project's Storage failed (${told}).`,
    hint: "Run the sync again: what was copied is not copied twice. See the project's health if it stays.",
    cause,
  });
}

/** Without the protocol Storage refuses in JSON, which no answer of S3 is. UNVERIFIED against the service. */
function isWithoutS3(cause: unknown, httpStatus: number | undefined): boolean {
  if (httpStatus !== 403 || typeof cause !== "object" || cause === null || !("$response" in cause))
    return false;
  const { headers } = (cause.$response ?? {}) as { headers?: Readonly<Record<string, string>> };
  return /json/i.test(headers?.["content-type"] ?? "");
}
