import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { readSessionToken } from "../http/signed-token.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import { encodeRfc3986 } from "./encode-rfc3986.ts";
import type { RawRequest } from "./raw-request.ts";
import { type Credential, readCredential } from "./read-credential.ts";

/** What the signatures of a body's chunks continue from. */
export interface SignatureSeed {
  readonly signature: string;
  readonly signingKey: Buffer;
  readonly scope: string;
  readonly longDate: string;
}

export interface CheckedRequest {
  /** Hex SHA-256 of the body, or one of the words that stand in its place. */
  readonly payloadHash: string;
  readonly seed: SignatureSeed;
}

const SKEW_SECONDS = 15 * 60;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

function signingKey(secret: string, date: string, region: string): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), "s3"), "aws4_request");
}

function canonicalQuery(query: RawRequest["query"]): string {
  return query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .sort()
    .join("&");
}

function canonicalHeaders(headers: IncomingHttpHeaders, names: readonly string[]): string {
  return names
    .map((name) => {
      const value = headers[name];
      const text = (Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replace(/ +/g, " ");
      return `${name}:${text}\n`;
    })
    .join("");
}

function checkTime({ longDate, expiresSeconds }: Credential, now: Date): void {
  const [, ...digits] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate) ?? [];
  const [year = "", month, day, hour, minute, second] = digits;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt)) throw refusals.accessDenied("No date provided");
  const ageSeconds = (now.getTime() - signedAt) / 1000;
  if (expiresSeconds !== undefined && ageSeconds > expiresSeconds)
    throw new StorageRefusal(400, "ExpiredToken", "The provided token has expired.");
  if (ageSeconds < -SKEW_SECONDS || (expiresSeconds === undefined && ageSeconds > SKEW_SECONDS))
    throw new StorageRefusal(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
}

/**
 * The secrets that a request may be signed with. With a session token, a JSON web token of the project, the key's id is
 * the ref, and its secret the ref or the anon key.
 * @see https://supabase.com/docs/guides/storage/s3/authentication
 */
function secretsOf(context: StorageContext, { accessKeyId }: Credential, { headers }: RawRequest): string[] {
  const { accessKeys, anonKey, tokenSecret } = context.access();
  const token = headers["x-amz-security-token"];
  if (typeof token !== "string") {
    const known = accessKeys.find((key) => key.accessKeyId === accessKeyId);
    return known ? [known.secretAccessKey] : [];
  }
  if (anonKey === undefined || accessKeyId !== context.ref) return [];
  const { role } = readSessionToken(tokenSecret, token, context.clock());
  // Row security decides for other roles, which is not simulated.
  if (role !== "service_role") throw refusals.accessDenied(`Role ${role} is not simulated`);
  return [context.ref, anonKey];
}

/**
 * Checks who signed a request: AWS Signature Version 4, in the header or, presigned, in the query.
 * @throws StorageRefusal InvalidSignature, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, ExpiredToken
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function checkSignature(context: StorageContext, request: RawRequest): CheckedRequest {
  const credential = readCredential(request);
  const { shortDate, region, service, longDate, signedHeaders } = credential;
  const secrets = secretsOf(context, credential, request);
  if (secrets.length === 0)
    throw new StorageRefusal(
      403,
      "InvalidAccessKeyId",
      "The Access Key Id you provided does not exist in our records.",
    );
  checkTime(credential, context.clock());
  const scope = `${shortDate}/${region}/${service}/aws4_request`;
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    canonicalHeaders(request.headers, signedHeaders),
    signedHeaders.join(";"),
    credential.payloadHash,
  ].join("\n");
  const text = `AWS4-HMAC-SHA256\n${longDate}\n${scope}\n${sha256(canonical)}`;
  const given = Buffer.from(credential.signature, "hex");
  const key = secrets
    .map((secret) => signingKey(secret, shortDate, region))
    .find((one) => {
      const expected = hmac(one, text);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  if (key === undefined || region !== context.region || service !== "s3" || !longDate.startsWith(shortDate))
    throw new StorageRefusal(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  const seed = { signature: credential.signature, signingKey: key, scope, longDate };
  return { payloadHash: credential.payloadHash, seed };
}
