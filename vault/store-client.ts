import { S3Client } from "@aws-sdk/client-s3";

/** How long a call to a service may take to show life. */
export interface CallTimeouts {
  /** @default 5 */
  readonly connectSeconds?: number;
  /** Without a byte in either direction the connection is given up. @default 30 */
  readonly idleSeconds?: number;
  /** Attempts in all, with exponential backoff and full jitter between them. @default 4 */
  readonly attempts?: number;
}

export interface StoreClientOptions extends CallTimeouts {
  readonly region: string;
  /** An S3-compatible store; AWS when absent. */
  readonly endpoint?: string;
}

/** A client of the store whose every call ends: bounded attempts, bounded silence. */
export function storeClient({ region, endpoint, ...timeouts }: StoreClientOptions): S3Client {
  const { connectSeconds = 5, idleSeconds = 30, attempts = 4 } = timeouts;
  const client = new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    maxAttempts: attempts,
    retryMode: "standard",
    // Checksums are given by the caller, who has hashed the bytes already; the SDK would hash them again.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectSeconds * 1000,
      socketTimeout: idleSeconds * 1000,
      httpAgent: { maxSockets: 256, keepAlive: true },
      httpsAgent: { maxSockets: 256, keepAlive: true },
    },
  });
  skipBodySignature(client);
  return client;
}

/**
 * The SDK hashes each body with SHA-256 to sign it. The uploads carry a checksum header, which is signed and which
 * the store verifies, and their content is authenticated ciphertext, so the third hash would only cost time.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function skipBodySignature(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request } = args;
      const isUpload =
        context.commandName === "PutObjectCommand" || context.commandName === "UploadPartCommand";
      if (isUpload && typeof request === "object" && request !== null && "headers" in request) {
        const { headers } = request;
        if (typeof headers === "object" && headers !== null) {
          Object.assign(headers, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" });
        }
      }
      return next(args);
    },
    { step: "build", name: "skipBodySignature" },
  );
}
