import { createHmac, timingSafeEqual } from "node:crypto";
import { StorageRefusal } from "../storage-refusal.ts";

/** What a signed URL's token says. */
export interface SignedToken {
  /** `<bucket>/<key>`. */
  readonly url: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const signatureOf = (secret: string, text: string): Buffer =>
  createHmac("sha256", secret).update(text).digest();

const invalid = (message: string): StorageRefusal => new StorageRefusal(400, "InvalidJWT", message);

/** A JSON web token (HS256) that opens one object until it expires. */
export function signToken(secret: string, url: string, now: Date, expiresSeconds: number): string {
  const iat = Math.floor(now.getTime() / 1000);
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ url, iat, exp: iat + expiresSeconds })}`;
  return `${text}.${signatureOf(secret, text).toString("base64url")}`;
}

/** @throws StorageRefusal InvalidJWT */
export function readToken(secret: string, token: string, now: Date): SignedToken {
  const { url, exp } = readClaims(secret, token);
  if (typeof url !== "string" || typeof exp !== "number") throw invalid("Invalid JWT");
  requireCurrent(exp, now);
  return { url, exp };
}

/** The role of a project's own token, such as its service key. @throws StorageRefusal InvalidJWT */
export function readSessionToken(secret: string, token: string, now: Date): { readonly role: string } {
  const { role, exp } = readClaims(secret, token);
  if (typeof exp === "number") requireCurrent(exp, now);
  return { role: typeof role === "string" ? role : "anon" };
}

function requireCurrent(exp: number, now: Date): void {
  if (exp * 1000 <= now.getTime()) throw invalid('"exp" claim timestamp check failed');
}

function readClaims(secret: string, token: string): Readonly<Record<string, unknown>> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const [given, expected] = [
    Buffer.from(signature, "base64url"),
    signatureOf(secret, `${header}.${payload}`),
  ];
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw invalid("signature verification failed");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}
