import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../plan/clock.ts";
import { BlobStore } from "./blob-store.ts";
import { handleHttp } from "./http/handle-http.ts";
import { readPath, type StoragePath } from "./read-path.ts";
import { handleS3 } from "./s3/handle-s3.ts";
import { textElement, xmlDocument } from "./s3/xml-text.ts";
import { type StorageAnswer, sendAnswer } from "./storage-answer.ts";
import type { StorageAccess, StorageContext, StorageDatabase } from "./storage-context.ts";
import type { StorageFault, StorageRequest } from "./storage-fault.ts";
import { StorageRefusal } from "./storage-refusal.ts";

export interface StorageGatewayOptions {
  /** Holds the bytes; created when absent. */
  readonly directory: string;
  readonly ref: string;
  /** What requests must be signed for. */
  readonly region: string;
  /** The project's database, for a role that passes row security; asked for at every statement. */
  readonly database: () => Promise<StorageDatabase>;
  /** Asked for at every request. */
  readonly access: () => StorageAccess;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** Takes every key that S3 takes instead of the service's narrower set. @default false */
  readonly anyKey?: boolean;
  /** What goes wrong with a request; asked before anything is done. @default nothing */
  readonly fault?: (request: StorageRequest) => StorageFault | undefined;
}

export interface StorageGateway {
  /**
   * Answers one request; never throws.
   * @param pathPrefix what precedes `/storage/v1`, e.g. `/projects/<ref>`
   */
  handle(request: IncomingMessage, response: ServerResponse, pathPrefix: string): Promise<void>;
  /** Ends the requests that hang. */
  close(): void;
}

function errorAnswer(path: StoragePath | undefined, error: unknown): StorageAnswer {
  const known = error instanceof StorageRefusal;
  const { status, code, message } = known
    ? error
    : { status: 500, code: "InternalError", message: "Internal Server Error" };
  if (path?.kind === "s3") {
    const resource = [path.bucket, path.key].filter((part) => part !== "").join("/");
    const texts = Object.entries({ Resource: resource, Code: code, Message: message });
    const body = xmlDocument("Error", ...texts.map(([name, text]) => textElement(name, text)));
    return { status, headers: { "content-type": "application/xml" }, body };
  }
  // The HTTP routes answer 400 for what is wrong with a request, and the meaning in the body.
  const shown = status === 501 || code === "not_found" ? 404 : status < 500 ? 400 : status;
  const body = JSON.stringify({ statusCode: String(status), error: code, message });
  return { status: shown, headers: { "content-type": "application/json" }, body };
}

async function answerOf(
  context: StorageContext,
  path: StoragePath,
  incoming: IncomingMessage,
): Promise<StorageAnswer> {
  if (path.kind === "http") return handleHttp(context, { ...path, incoming, query: new Map(path.query) });
  if (context.access().s3Protocol) return handleS3(context, { ...path, incoming });
  const message = "feature not enabled for this tenant";
  const body = { error: "FeatureNotEnabled", statusCode: "403", message, code: "FeatureNotEnabled" };
  return { status: 403, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * The Storage service of one simulated project: S3 below `/storage/v1/s3` and the routes of signed and public URLs
 * below `/storage/v1/object`. The rows of `storage.objects` are the truth, the bytes are kept by version: after a
 * rewind of the database the listing follows the rows.
 * @see https://supabase.com/docs/guides/storage/s3/compatibility
 */
export function createStorageGateway(options: StorageGatewayOptions): StorageGateway {
  const { ref, region, database, access, clock = () => new Date(), anyKey = false } = options;
  const blobs = new BlobStore(options.directory);
  const context: StorageContext = { ref, region, blobs, clock, anyKey, access, database };
  const hanging = new Set<ServerResponse>();

  async function serve(incoming: IncomingMessage, response: ServerResponse, prefix: string): Promise<void> {
    let path: StoragePath | undefined;
    let answer: StorageAnswer;
    let fault: StorageFault | undefined;
    try {
      const url = incoming.url ?? "";
      path = readPath(url, prefix);
      const { bucket, key } = path;
      fault = options.fault?.({ method: incoming.method ?? "", url: url.slice(prefix.length), bucket, key });
      if (fault?.kind === "hang") {
        hanging.add(response.once("close", () => hanging.delete(response)));
        return;
      }
      if (fault?.kind === "reset") {
        incoming.socket.resetAndDestroy();
        return;
      }
      if (fault?.kind === "status")
        throw new StorageRefusal(fault.status, fault.code ?? "SlowDown", "Please reduce your request rate.");
      answer = await answerOf(context, path, incoming);
    } catch (error) {
      answer = errorAnswer(path, error);
    }
    // The answer to HEAD has no body, and with it no code.
    if (incoming.method === "HEAD") {
      if (typeof answer.body === "object" && !Buffer.isBuffer(answer.body)) answer.body.destroy();
      const { body: _, ...rest } = answer;
      answer = rest;
    }
    await sendAnswer(response, answer, fault);
  }

  return {
    async handle(incoming, response, pathPrefix) {
      // A client that goes away is its own affair.
      await serve(incoming, response, pathPrefix).catch(() => response.destroy());
    },
    close() {
      for (const response of hanging) response.destroy();
    },
  };
}
