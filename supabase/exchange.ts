import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import type { BuiltRequest } from "./build-request.ts";

/** Its body as it goes over the wire. */
export interface SentRequest extends Omit<BuiltRequest, "body"> {
  readonly body: string | Uint8Array | undefined;
}

const CONNECT_SECONDS = 10;
/** Servers close what is idle; a request on its way to a connection that is just being closed is lost. */
const IDLE_SECONDS = 4;

const settings = {
  keepAlive: true,
  timeout: IDLE_SECONDS * 1_000,
  // As Node's own fetch does: proxies of the environment are used when Node is told to.
  ...(process.env.NODE_USE_ENV_PROXY === "1" && { proxyEnv: process.env }),
};
const AGENTS = { "http:": new http.Agent(settings), "https:": new https.Agent(settings) } as const;

export interface Exchange {
  /**
   * The answer, whose body is still to be read.
   * @throws Error with a `code` of the system, `CONNECT_TIMEOUT` or `TLS_HANDSHAKE_FAILED`
   */
  readonly response: Promise<IncomingMessage>;
  /** Ends it, the reading of the body included. */
  abort(): void;
}

/**
 * Sends a request, over a connection that is kept for the next. Redirects are not followed: the token goes to the
 * address that it was given for, and nowhere else. Not by `fetch`, which takes twice the time for each of thousands of
 * small answers, and more memory.
 */
export function exchange({ url, headers, body }: SentRequest, method: string): Exchange {
  const target = new URL(url);
  const isSecure = target.protocol === "https:";
  const request = (isSecure ? https : http).request(target, {
    method,
    headers: {
      ...headers,
      // Node sends none with DELETE, and the body would be taken for another request.
      ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
    },
    agent: isSecure ? AGENTS["https:"] : AGENTS["http:"],
  });
  return {
    response: new Promise((resolve, reject) => {
      const isConnected = watchConnection(request, isSecure ? "secureConnect" : "connect");
      // Stays: an error after the answer has begun comes by the answer too.
      request.on("error", (error: NodeJS.ErrnoException) => {
        // The same code may mean that an established connection broke.
        reject(error.code === "EPROTO" && !isConnected() ? failed("TLS_HANDSHAKE_FAILED") : error);
      });
      request.once("response", resolve);
      request.end(body);
    }),
    abort: () => request.destroy(),
  };
}

/** Gives up a connection that does not come about. @returns whether there is one */
function watchConnection(request: ClientRequest, event: "connect" | "secureConnect"): () => boolean {
  let isConnected = false;
  request.once("socket", (socket) => {
    isConnected = !socket.connecting;
    if (isConnected) return;
    const timer = setTimeout(() => request.destroy(failed("CONNECT_TIMEOUT")), CONNECT_SECONDS * 1_000);
    socket.once(event, () => {
      isConnected = true;
      clearTimeout(timer);
    });
    request.once("close", () => clearTimeout(timer));
  });
  return () => isConnected;
}

const failed = (code: string) => Object.assign(new Error(code), { code });
