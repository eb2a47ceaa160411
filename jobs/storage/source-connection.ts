import type { Agent, IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { awsErrorFacts, isUnavailable } from "../../vault/aws-error.ts";
import { http } from "../../vault/http-module.ts";
import { abortWith } from "../../vault/mirror/abort-with.ts";
import { EMPTY_PAYLOAD, escapeUri, signRequest } from "../../vault/mirror/sign-request.ts";
import type { StorageSourceSettings } from "./storage-source-settings.ts";

export interface SourceGet {
  readonly bucket: string;
  readonly name: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Texts of refusals are short. */
const REFUSAL_BYTES = 4096;
/** User metadata comes in headers, and Storage takes a MiB of it, where node would refuse more than 16 KiB. */
const LONGEST_HEADERS_BYTES = 8 * 1024 * 1024;
/** As the SDK sends it, so that logs of either side tell the operation. */
const OPERATION = ["x-id", "GetObject"] as const;

/**
 * Objects out of a project's Storage: one signed GET each, over connections that stay open. The AWS SDK's own GET takes
 * several times the CPU time, more than all else that is done for a small object.
 */
export class SourceConnection {
  readonly #base: URL;
  readonly #settings: StorageSourceSettings;
  readonly #agent: Agent;
  readonly #attempts: number;
  readonly #idleMilliseconds: number;

  constructor(settings: StorageSourceSettings) {
    const { endpoint, attempts = 4, idleSeconds = 30, connections = 64 } = settings;
    this.#settings = settings;
    this.#base = new URL(endpoint);
    const { Agent } = this.#base.protocol === "https:" ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "lifo" });
    this.#attempts = attempts;
    this.#idleMilliseconds = idleSeconds * 1000;
  }

  /** @returns the answer whose body is still to be read; it fails as an error of the SDK would, with name and status */
  async get(asked: SourceGet): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#exchange(asked);
      } catch (error) {
        asked.signal?.throwIfAborted();
        if (attempt >= this.#attempts || !isUnavailable(awsErrorFacts(error))) throw error;
        await sleep(50 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal: asked.signal });
      }
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange({ bucket, name, headers, signal }: SourceGet): Promise<IncomingMessage> {
    const path = [
      this.#base.pathname.replace(/\/$/, ""),
      escapeUri(bucket),
      ...name.split("/").map(escapeUri),
    ];
    const target = path.join("/");
    const signed = signRequest(
      {
        ...{ method: "GET", host: this.#base.host, path: target, query: [OPERATION], headers },
        region: this.#settings.region,
        at: new Date(),
        payload: EMPTY_PAYLOAD,
      },
      this.#settings,
    );
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { request: send } = this.#base.protocol === "https:" ? https : http;
    const outgoing = send(
      {
        host: this.#base.hostname.replace(/^\[|\]$/g, ""),
        port: this.#base.port,
        path: `${target}?${OPERATION.join("=")}`,
        headers: signed,
        agent: this.#agent,
        // Counts before the connection stands, too.
        timeout: this.#idleMilliseconds,
        maxHeaderSize: LONGEST_HEADERS_BYTES,
      },
      (answer) => {
        if ((answer.statusCode ?? 0) < 300) resolve(answer);
        else void refusal(answer).then(reject, reject);
      },
    );
    outgoing.on("timeout", () =>
      outgoing.destroy(Object.assign(new Error("no byte came"), { code: "ETIMEDOUT" })),
    );
    outgoing.on("error", reject);
    abortWith(signal, outgoing);
    outgoing.end();
    return promise;
  }
}

async function refusal(answer: IncomingMessage): Promise<Error> {
  let text = "";
  for await (const piece of answer.setEncoding("utf8") as AsyncIterable<string>) {
    text += piece;
    if (text.length > REFUSAL_BYTES) break;
  }
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const { statusCode = 0, headers } = answer;
  const error = new Error(element("Message") ?? `HTTP ${statusCode}`);
  error.name = element("Code") ?? `HTTP ${statusCode}`;
  return Object.assign(error, { $metadata: { httpStatusCode: statusCode }, $response: { headers } });
}
