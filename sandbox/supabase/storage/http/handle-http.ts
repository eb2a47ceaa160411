import type { IncomingMessage } from "node:http";
import { readObject } from "../read-object.ts";
import { findBucket } from "../rows/bucket-rows.ts";
import { findObject } from "../rows/object-rows.ts";
import type { StorageAnswer } from "../storage-answer.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals, StorageRefusal } from "../storage-refusal.ts";
import { readToken, signToken } from "./signed-token.ts";

/** A request below `/storage/v1/object`. */
export interface HttpRequest {
  readonly incoming: IncomingMessage;
  /** What follows `object/`: `sign`, `public`, `authenticated` or nothing. */
  readonly route: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

const BODY_BYTES = 1024 * 1024;
const MOST_EXPIRES_SECONDS = 2 ** 31;

function checkServiceKey({ access }: StorageContext, { headers }: IncomingMessage): void {
  const { authorization } = headers;
  if (!authorization) throw refusals.invalidRequest("headers must have required property 'authorization'");
  const [scheme = "", token = ""] = authorization.split(" ");
  if (scheme.toLowerCase() !== "bearer" || !access().serviceKeys.includes(token))
    throw refusals.accessDenied("Invalid Compact JWS");
}

async function readJson(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming.iterator({ destroyOnReturn: false })) {
    bytes += piece.length;
    if (bytes > BODY_BYTES) throw refusals.tooLarge();
    pieces.push(piece);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString());
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Answered like any other body that is no object.
  }
  throw refusals.invalidRequest("body must be object");
}

function expiresSecondsOf({ expiresIn }: Record<string, unknown>): number {
  if (expiresIn === undefined) throw refusals.invalidRequest("body must have required property 'expiresIn'");
  const isWhole = typeof expiresIn === "number" && Number.isInteger(expiresIn);
  if (!isWhole) throw refusals.invalidRequest("body/expiresIn must be integer");
  if (expiresIn < 1 || expiresIn > MOST_EXPIRES_SECONDS)
    throw refusals.invalidRequest("body/expiresIn must be >= 1");
  return expiresIn;
}

function signedUrl(context: StorageContext, path: string, expiresSeconds: number): string {
  const token = signToken(context.access().tokenSecret, path, context.clock(), expiresSeconds);
  return `/object/sign/${path.split("/").map(encodeURIComponent).join("/")}?token=${token}`;
}

async function signOne(context: StorageContext, { incoming, bucket, key }: HttpRequest) {
  const expiresSeconds = expiresSecondsOf(await readJson(incoming));
  await findObject(context, bucket, key);
  return { signedURL: signedUrl(context, `${bucket}/${key}`, expiresSeconds) };
}

/** Many at once; one that is not there is told apart from the others. */
async function signMany(context: StorageContext, { incoming, bucket }: HttpRequest) {
  const body = await readJson(incoming);
  const expiresSeconds = expiresSecondsOf(body);
  const { paths } = body;
  if (!Array.isArray(paths)) throw refusals.invalidRequest("body must have required property 'paths'");
  return Promise.all(
    paths.map(String).map(async (path) => {
      try {
        await findObject(context, bucket, path);
        return { error: null, path, signedURL: signedUrl(context, `${bucket}/${path}`, expiresSeconds) };
      } catch (error) {
        if (!(error instanceof StorageRefusal) || error.code !== "NoSuchKey") throw error;
        const reason = "Either the object does not exist or you do not have access to it";
        return { error: reason, path, signedURL: null };
      }
    }),
  );
}

async function download(context: StorageContext, request: HttpRequest): Promise<StorageAnswer> {
  const { incoming, query } = request;
  const answer = await readObject(context, request, incoming.headers);
  const { "content-type": type, ...headers } = answer.headers ?? {};
  const name = query.get("download");
  const encoded = encodeURIComponent(name ?? "");
  const attachment =
    name === "" ? "attachment;" : `attachment; filename=${encoded}; filename*=UTF-8''${encoded};`;
  return {
    ...answer,
    headers: {
      ...headers,
      // Nothing that a customer's user uploads is shown as a page.
      "content-type": String(type).includes("text/html") ? "text/plain" : type,
      "content-disposition": name === undefined ? undefined : attachment,
    },
  };
}

/**
 * The part of the Storage API that a client of the application uses to read: signed URLs, public buckets and, with the
 * service key, everything.
 * @throws StorageRefusal for everything but success
 * @see https://supabase.com/docs/reference/javascript/storage-from-createsignedurl
 */
export async function handleHttp(context: StorageContext, request: HttpRequest): Promise<StorageAnswer> {
  const { incoming, route, bucket, key, query } = request;
  const isRead = incoming.method === "GET" || incoming.method === "HEAD";
  const answer = async () => download(context, request);
  if (route === "sign" && incoming.method === "POST") {
    checkServiceKey(context, incoming);
    const body = await (key === "" ? signMany(context, request) : signOne(context, request));
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  }
  if (!isRead || key === "") throw new StorageRefusal(404, "not_found", "Route not found");
  if (route === "sign") {
    const token = query.get("token");
    if (!token) throw refusals.invalidRequest("querystring must have required property 'token'");
    const { url, exp } = readToken(context.access().tokenSecret, token, context.clock());
    if (url !== `${bucket}/${key}`)
      throw new StorageRefusal(400, "InvalidSignature", "The url do not match the signature");
    const { headers, ...rest } = await answer();
    return {
      ...rest,
      headers: { ...headers, "cache-control": undefined, expires: new Date(exp * 1000).toUTCString() },
    };
  }
  if (route === "public") {
    const found = await findBucket(context, bucket);
    if (!found.public) throw refusals.noSuchBucket();
  } else checkServiceKey(context, incoming);
  return answer();
}
