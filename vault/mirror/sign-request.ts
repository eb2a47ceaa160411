import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface RequestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface UnsignedRequest {
  readonly method: string;
  /** With the port when it is not the protocol's own. */
  readonly host: string;
  /** Escaped, from `/` on. */
  readonly path: string;
  /** Sorted by name. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
  readonly at: Date;
  /** SHA-256 of the body, hex. @default the body is not signed */
  readonly payload?: string;
}

/** Of a request without a body. */
export const EMPTY_PAYLOAD = hash("sha256", "");
const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
/** A sync signs for the store and for the source by turns; keys change with the day and with the credentials. */
const signingKeys = new Map<string, KeyObject>();
const KEPT_KEYS = 8;

/**
 * Signs a request to S3 with its headers; the body is covered by a signed checksum header instead. The SDK's own
 * signer does the same at several times the CPU time, which is what a small object costs most of.
 * @returns the headers to send
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signRequest(
  request: UnsignedRequest,
  credentials: RequestCredentials,
): Record<string, string> {
  const { payload = UNSIGNED_PAYLOAD } = request;
  const stamp = request.at.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    "x-amz-content-sha256": payload,
    "x-amz-date": stamp,
    ...(credentials.sessionToken && { "x-amz-security-token": credentials.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const canonical = [
    request.method,
    request.path,
    request.query.map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`).join("&"),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replaceAll(/ +/g, " ")}`),
    "",
    signed,
    payload,
  ].join("\n");
  const scope = `${stamp.slice(0, 8)}/${request.region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash("sha256", canonical)}`;
  const signature = createHmac("sha256", signingKey(credentials, scope)).update(text).digest("hex");
  const { accessKeyId } = credentials;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return headers;
}

/** Escapes all but unreserved characters, as the signature wants. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signingKey({ secretAccessKey }: RequestCredentials, scope: string): KeyObject {
  const of = `${secretAccessKey} ${scope}`;
  const known = signingKeys.get(of);
  if (known) return known;
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`, "utf8");
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  if (signingKeys.size >= KEPT_KEYS) signingKeys.clear();
  // Node looks through a buffer's kind of key at every use.
  const made = createSecretKey(key);
  signingKeys.set(of, made);
  return made;
}
