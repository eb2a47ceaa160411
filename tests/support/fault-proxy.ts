import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What goes wrong with a request. */
export type FaultKind =
  /** Answered by the proxy itself. */
  | { readonly answer: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** Read, never answered. */
  | "hang"
  /** The connection is reset before the server sees the request. */
  | "reset"
  /** The server does what it is asked; its answer never arrives. */
  | "lose-answer"
  /** The answer's body ends after so many bytes, the connection with it. */
  | { readonly cutAfter: number }
  /** The answer's body stops after so many bytes, the connection stays. */
  | { readonly stallAfter: number }
  /** The answer carries other headers. */
  | { readonly answerHeaders: Readonly<Record<string, string>> };

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

export interface FaultProxy {
  readonly endpoint: string;
  /** Every request so far, in order. */
  readonly seen: readonly SeenRequest[];
  /** From now on; the first fault that matches a request is used. */
  inject(fault: {
    readonly kind: FaultKind;
    /** @default every request */
    readonly when?: (request: SeenRequest) => boolean;
    /** @default without end */
    readonly times?: number;
    /** Called when the fault strikes; the request waits for it. */
    readonly onFault?: () => unknown;
  }): void;
  clear(): void;
  close(): Promise<void>;
}

/** The answer of a store that is too busy. */
export const SLOW_DOWN: FaultKind = {
  answer: 503,
  body: "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>",
};

interface Fault {
  readonly kind: FaultKind;
  readonly when: (request: SeenRequest) => boolean;
  readonly onFault: () => unknown;
  left: number;
}

/** An HTTP proxy in front of one server that does to requests what networks and stores do. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const seen: SeenRequest[] = [];
  let faults: Fault[] = [];
  const server = createServer({ keepAliveTimeout: 1000 }, (incoming, outgoing) => {
    const described = { method: incoming.method ?? "", url: incoming.url ?? "", headers: incoming.headers };
    seen.push(described);
    const fault = faults.find(({ when, left }) => left > 0 && when(described));
    if (fault) fault.left -= 1;
    const work = async () => {
      await fault?.onFault();
      await handle(incoming, outgoing, { hostname, port, kind: fault?.kind });
    };
    work().catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes the proxy must not keep the run alive.
  server.unref();
  server.on("connection", (socket) => socket.unref());
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    seen,
    inject({ kind, when = () => true, times = Number.POSITIVE_INFINITY, onFault = () => {} }) {
      faults.push({ kind, when, onFault, left: times });
    },
    clear() {
      faults = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Handling {
  readonly hostname: string;
  readonly port: string;
  readonly kind: FaultKind | undefined;
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { hostname, port, kind }: Handling,
): Promise<void> {
  if (kind === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const body = await buffer(incoming);
  if (kind === "hang") return;
  if (typeof kind === "object" && "answer" in kind) {
    outgoing.writeHead(kind.answer, { "content-type": "application/xml", ...kind.headers });
    outgoing.end(kind.body ?? "");
    return;
  }
  const upstream = await new Promise<IncomingMessage>((resolve, reject) => {
    // The body is sent as a whole, so its framing is not passed on.
    const { "transfer-encoding": _, expect: __, ...headers } = incoming.headers;
    const sent = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers, agent: false },
      resolve,
    );
    sent.on("error", reject);
    sent.end(body);
  });
  const answer = await buffer(upstream);
  if (kind === "lose-answer") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const changed = typeof kind === "object" && "answerHeaders" in kind ? kind.answerHeaders : {};
  const { "transfer-encoding": _, connection: __, ...headers } = upstream.headers;
  const isHead = incoming.method === "HEAD";
  outgoing.sendDate = false;
  outgoing.writeHead(upstream.statusCode ?? 500, {
    ...headers,
    ...(!isHead && upstream.statusCode !== 204 && { "content-length": String(answer.length) }),
    ...changed,
  });
  if (typeof kind === "object" && ("cutAfter" in kind || "stallAfter" in kind)) {
    const count = "cutAfter" in kind ? kind.cutAfter : kind.stallAfter;
    outgoing.write(answer.subarray(0, count), () => {
      if ("cutAfter" in kind) incoming.socket.destroy();
    });
    return;
  }
  outgoing.end(isHead ? undefined : answer);
}
