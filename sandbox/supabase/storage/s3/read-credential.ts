import { StorageRefusal } from "../storage-refusal.ts";
import type { RawRequest } from "./raw-request.ts";

/** What a signed request says of its signature, unchecked. */
export interface Credential {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly shortDate: string;
  readonly region: string;
  readonly service: string;
  /** Lower-case, sorted. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly longDate: string;
  /** Of a presigned URL. */
  readonly expiresSeconds: number | undefined;
  readonly payloadHash: string;
}

const MOST_EXPIRES_SECONDS = 7 * 24 * 3600;

const invalid = (message: string): StorageRefusal => new StorageRefusal(400, "InvalidSignature", message);

interface Fields {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
}

function split({ credential, signedHeaders, signature }: Fields) {
  const [accessKeyId, shortDate, region, service, ending] = (credential ?? "").split("/");
  if (!accessKeyId || !shortDate || !region || !service || ending !== "aws4_request")
    throw invalid("Invalid credentials");
  if (!signedHeaders || !signature) throw invalid("Invalid signature format");
  const names = signedHeaders.toLowerCase().split(";").sort();
  if (!names.includes("host")) throw invalid("The host header must be signed");
  return { accessKeyId, shortDate, region, service, signedHeaders: names, signature };
}

function readQuery(query: ReadonlyMap<string, string>): Credential {
  const parts = split({
    credential: query.get("X-Amz-Credential"),
    signedHeaders: query.get("X-Amz-SignedHeaders"),
    signature: query.get("X-Amz-Signature"),
  });
  const expiresSeconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > MOST_EXPIRES_SECONDS)
    throw invalid("Invalid expiration");
  const payloadHash = query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  return { ...parts, longDate: query.get("X-Amz-Date") ?? "", expiresSeconds, payloadHash };
}

/** @throws StorageRefusal InvalidSignature, AccessDenied */
export function readCredential({ headers, query }: RawRequest): Credential {
  const byName = new Map(query);
  if (byName.has("X-Amz-Signature")) return readQuery(byName);
  const { authorization } = headers;
  if (!authorization) throw new StorageRefusal(403, "AccessDenied", "Missing authorization header");
  if (!authorization.startsWith("AWS4-HMAC-SHA256 ")) throw invalid("Unsupported authorization type");
  const fields = new Map(
    authorization
      .slice("AWS4-HMAC-SHA256 ".length)
      .split(",")
      .map((field): [string, string] => {
        const [name = "", value = ""] = field.trim().split("=", 2);
        return [name, value];
      }),
  );
  const parts = split({
    credential: fields.get("Credential"),
    signedHeaders: fields.get("SignedHeaders"),
    signature: fields.get("Signature"),
  });
  const payloadHash = headers["x-amz-content-sha256"];
  if (typeof payloadHash !== "string") throw invalid("Missing required header: x-amz-content-sha256");
  const longDate = String(headers["x-amz-date"] ?? "");
  return { ...parts, longDate, expiresSeconds: undefined, payloadHash };
}
