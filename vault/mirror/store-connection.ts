import type { Agent, IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { awsErrorFacts, isUnavailable } from "../aws-error.ts";
import { http } from "../http-module.ts";
import { storeError } from "../store-error.ts";
import type { Vault } from "../vault.ts";
import { abortWith } from "./abort-with.ts";
import { escapeUri, type RequestCredentials, signRequest } from "./sign-request.ts";

export interface StoreConnectionOptions {
  /** Attempts of a request in all, with exponential backoff and jitter between them. @default 5 */
  readonly attempts?: number | undefined;
  /** Without a byte in either direction the connection is given up. @default 30 */
  readonly idleSeconds?: number | undefined;
  /** @default 256 */
  readonly connections?: number | undefined;
}

export interface StoreRequest {
  readonly operation: "PutObject" | "GetObject";
  readonly key: string;
  readonly versionId?: string | undefined;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export interface StoreAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const METHODS = { PutObject: "PUT", GetObject: "GET" } as const;
/** Answers with a body are those of small objects. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** Small objects in and out of the vault's bucket: one signed request each, over connections that stay open. */
export class StoreConnection {
  readonly #vault: Vault;
  readonly #base: URL;
  readonly #path: string;
  readonly #region: string;
  readonly #agent: Agent;
  readonly #attempts: number;
  readonly #idleSeconds: number;

  private constructor(vault: Vault, base: URL, region: string, options: StoreConnectionOptions) {
    const { attempts = 5, idleSeconds = 30, connections = 256 } = options;
    this.#vault = vault;
    this.#base = base;
    this.#path = base.pathname.replace(/\/$/, "");
    this.#region = region;
    const { Agent } = base.protocol === "https:" ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "lifo" });
    this.#attempts = attempts;
    this.#idleSeconds = idleSeconds;
  }

  /** Takes address, region and credentials of the vault's own client. */
  static async open(vault: Vault, options: StoreConnectionOptions = {}): Promise<StoreConnection> {
    const region = await vault.s3.config.region();
    const base = new URL(await baseUrl(vault, region));
    return new StoreConnection(vault, base, region, options);
  }

  /**
   * Sends one request until it is answered.
   * @throws HoldfastError STORE_…, BUCKET_UNKNOWN; `cause` holds the store's own error
   */
  async send(request: StoreRequest): Promise<StoreAnswer> {
    let refresh: boolean = false;
    for (let attempt = 1; ; attempt++) {
      try {
        request.signal?.throwIfAborted();
        const credentials = await this.#vault.s3.config.credentials({ forceRefresh: refresh });
        return await this.#exchange(request, credentials);
      } catch (error) {
        if (request.signal?.aborted) throw request.signal.reason;
        const facts = awsErrorFacts(error);
        const isExpired: boolean = /^ExpiredToken/.test(facts.name) && !refresh;
        if (
          error instanceof HoldfastError ||
          attempt >= this.#attempts ||
          !(isExpired || isUnavailable(facts))
        ) {
          Object.assign(Object(error), {
            $metadata: { httpStatusCode: facts.httpStatus, attempts: attempt },
          });
          throw storeError(error, { ...request, bucket: this.#vault.bucket });
        }
        refresh = isExpired;
        await sleep(50 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal: request.signal });
      }
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(sent: StoreRequest, credentials: RequestCredentials): Promise<StoreAnswer> {
    const path = `${this.#path}/${sent.key.split("/").map(escapeUri).join("/")}`;
    const query = sent.versionId === undefined ? [] : [["versionId", sent.versionId] as const];
    const headers = signRequest(
      {
        method: METHODS[sent.operation],
        host: this.#base.host,
        path,
        query,
        headers: { ...sent.headers, ...(sent.body && { "content-length": String(sent.body.length) }) },
        region: this.#region,
        // Real time, whatever the vault's clock says: the store compares it with its own.
        at: new Date(),
      },
      credentials,
    );
    const target = query.length === 0 ? path : `${path}?versionId=${escapeUri(sent.versionId ?? "")}`;
    const { promise, resolve, reject } = Promise.withResolvers<StoreAnswer>();
    const { request: send } = this.#base.protocol === "https:" ? https : http;
    const outgoing = send(
      {
        host: this.#base.hostname.replace(/^\[|\]$/g, ""),
        port: this.#base.port,
        method: METHODS[sent.operation],
        path: target,
        headers,
        agent: this.#agent,
      },
      (answer) => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        answer.on("data", (piece: Buffer) => {
          bytes += piece.length;
          if (bytes > LARGEST_ANSWER_BYTES) answer.destroy(new Error("the answer is too large"));
          else pieces.push(piece);
        });
        answer.once("error", reject);
        answer.once("end", () => {
          const status = answer.statusCode ?? 0;
          const body = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
          const expected = Number(answer.headers["content-length"] ?? bytes);
          if (status >= 300) reject(refusal(status, body));
          else if (bytes !== expected) reject(networkError("ECONNRESET", "the answer ended early"));
          else resolve({ headers: answer.headers, body });
        });
        answer.once("close", () => {
          // An error for each answer that came would cost more than reading it.
          if (!answer.complete) reject(networkError("ECONNRESET", "the answer ended early"));
        });
      },
    );
    outgoing.setTimeout(this.#idleSeconds * 1000, () =>
      outgoing.destroy(networkError("ETIMEDOUT", "no byte came")),
    );
    outgoing.once("error", reject);
    abortWith(sent.signal, outgoing);
    outgoing.end(sent.body);
    return promise;
  }
}

async function baseUrl({ s3, bucket }: Vault, region: string): Promise<string> {
  const endpoint = await s3.config.endpoint?.();
  if (endpoint) {
    const port = endpoint.port ? `:${endpoint.port}` : "";
    return `${endpoint.protocol}//${endpoint.hostname}${port}${endpoint.path.replace(/\/$/, "")}/${bucket}`;
  }
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  // A certificate for `*.s3.<region>` does not cover a bucket with a dot.
  return bucket.includes(".")
    ? `https://s3.${region}.${domain}/${bucket}`
    : `https://${bucket}.s3.${region}.${domain}`;
}

function refusal(status: number, body: Buffer): Error {
  const text = body.toString("utf8", 0, 4096);
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const error = new Error(element("Message") ?? `HTTP ${status}`);
  error.name = element("Code") ?? (status === 404 ? "NotFound" : `HTTP ${status}`);
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}

function networkError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
