/** What the AWS SDK and the network tell about a failed call, read without trusting its type. */
export interface AwsErrorFacts {
  /** `name` of the SDK's error, e.g. `AccessDenied`, or the `code` of a network error, e.g. `ECONNRESET`. */
  readonly name: string;
  readonly message: string;
  readonly httpStatus?: number;
  /** How many times the SDK sent the request. */
  readonly attempts?: number;
}

export function awsErrorFacts(error: unknown): AwsErrorFacts {
  if (typeof error !== "object" || error === null) return { name: "Error", message: String(error) };
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const name = "name" in error && typeof error.name === "string" ? error.name : "Error";
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  return {
    // Network errors are plain `Error`s whose code tells more than the name.
    name: code && (name === "Error" || name === "AggregateError") ? code : name,
    message,
    ...numbers(metadata),
  };
}

function numbers(metadata: unknown): { httpStatus?: number; attempts?: number } {
  if (typeof metadata !== "object" || metadata === null) return {};
  const found: { httpStatus?: number; attempts?: number } = {};
  if ("httpStatusCode" in metadata && typeof metadata.httpStatusCode === "number") {
    found.httpStatus = metadata.httpStatusCode;
  }
  if ("attempts" in metadata && typeof metadata.attempts === "number") found.attempts = metadata.attempts;
  return found;
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
  "TimeoutError",
  "RequestTimeout",
  "ERR_STREAM_PREMATURE_CLOSE",
  "SlowDown",
  "ServiceUnavailable",
  "InternalError",
  "InternalFailure",
  "ThrottlingException",
  "KMSInternalException",
  "DependencyTimeoutException",
  "KeyUnavailableException",
]);

/** True when the same call may work later: no answer, or an answer that says so. */
export function isUnavailable({ name, httpStatus, message }: AwsErrorFacts): boolean {
  if (UNREACHABLE.has(name) || (httpStatus !== undefined && (httpStatus >= 500 || httpStatus === 429)))
    return true;
  return httpStatus === undefined && /socket hang up|aborted|timed? ?out/i.test(message);
}
