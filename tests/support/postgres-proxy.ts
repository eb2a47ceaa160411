import { type AddressInfo, connect as connectTo, createServer, type Socket } from "node:net";

/** One message of a client as it passes; only simple queries carry their text. */
export interface PassingMessage {
  /** The protocol's letter: `Q` query, `d` copy data, `c` copy done, `S` start-up … */
  readonly type: string;
  /** Text of a simple query, else empty. */
  readonly sql: string;
}

/** What happens to a message and its connection. */
export type PostgresFaultKind =
  /** The server never sees it. */
  | "hold"
  /** The server does what it says; its answer never arrives. */
  | "lose-answer"
  /** The connection ends before the server sees it. */
  | "cut"
  /** The server sees it when `onFault` is done. */
  | "delay";

export interface PostgresProxy {
  readonly port: number;
  /** A URL of the server, through the proxy. */
  through(url: string): string;
  /** From now on, instead of what was set before. */
  inject(fault: {
    readonly kind: PostgresFaultKind;
    readonly when: (message: PassingMessage) => boolean;
    /** How often it strikes. @default 1 */
    readonly times?: number;
    /** Called when the fault strikes: with `lose-answer` when the server has answered. */
    readonly onFault?: () => void | Promise<void>;
  }): void;
  clear(): void;
  close(): Promise<void>;
}

interface Fault {
  readonly kind: PostgresFaultKind;
  readonly when: (message: PassingMessage) => boolean;
  readonly onFault: () => void | Promise<void>;
  left: number;
}

const HEADER_BYTES = 5;
/** Bodies of queries are read whole; other messages pass in the pieces they come in. */
const isRead = (type: string): boolean => type === "Q";

/** A proxy in front of one PostgreSQL server that reads what clients say and can stop it at any message. */
export async function startPostgresProxy(target: { host: string; port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let fault: Fault | undefined;
  const server = createServer((client) => {
    const upstream = connectTo(target.port, target.host);
    const passage = new Passage(client, upstream, () => fault);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.unref();
      socket.setNoDelay(true);
      socket.on("error", () => passage.end());
      socket.once("close", () => {
        sockets.delete(socket);
        passage.end();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes the proxy must not keep the run alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.host = `127.0.0.1:${port}`;
      return changed.href;
    },
    inject({ kind, when, times = 1, onFault = () => {} }) {
      fault = { kind, when, onFault, left: times };
    },
    clear() {
      fault = undefined;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One client's connection. */
class Passage {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #fault: () => Fault | undefined;
  /** Bytes of a message whose header, or body where it is read, is not complete. */
  #waiting: Buffer = Buffer.alloc(0);
  /** Bytes of the current message's body still to be passed on. */
  #rest = 0;
  #started = false;
  #stopped = false;
  #lost = false;
  /** The next message has had its delay. */
  #delayed = false;
  #losing: Fault | undefined;

  constructor(client: Socket, upstream: Socket, fault: () => Fault | undefined) {
    this.#client = client;
    this.#upstream = upstream;
    this.#fault = fault;
    client.on("data", (bytes: Buffer) => this.#take(bytes));
    upstream.on("data", (bytes: Buffer) => this.#answer(bytes));
  }

  end(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #answer(bytes: Buffer): void {
    if (this.#losing !== undefined) {
      void this.#losing.onFault();
      this.#losing = undefined;
      this.#lost = true;
    }
    if (this.#lost) return;
    if (!this.#client.write(bytes)) {
      this.#upstream.pause();
      this.#client.once("drain", () => this.#upstream.resume());
    }
  }

  #pass(bytes: Buffer): void {
    if (!this.#upstream.write(bytes)) {
      this.#client.pause();
      this.#upstream.once("drain", () => this.#client.resume());
    }
  }

  #take(bytes: Buffer): void {
    let data = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (data.length > 0 && !this.#stopped) {
      const taken = this.#rest > 0 ? this.#body(data) : this.#message(data);
      if (taken === 0) break;
      data = data.subarray(taken);
    }
    this.#waiting = data;
  }

  #body(data: Buffer): number {
    const piece = data.subarray(0, this.#rest);
    this.#rest -= piece.length;
    this.#pass(piece);
    return piece.length;
  }

  /** Passes the beginning of a message on; 0 when it goes no further, or more bytes are needed to know it. */
  #message(data: Buffer): number {
    // The first message has a length, but no letter.
    const header = this.#started ? HEADER_BYTES : HEADER_BYTES - 1;
    if (data.length < header) return 0;
    const type = this.#started ? String.fromCharCode(data[0] ?? 0) : "S";
    const whole = data.readUInt32BE(header - 4) + header - 4;
    if (isRead(type) && data.length < whole) return 0;
    const sql = isRead(type) ? data.toString("utf8", header, whole - 1) : "";
    const fault = this.#fault();
    if (fault !== undefined && !this.#delayed && fault.left > 0 && fault.when({ type, sql })) {
      fault.left -= 1;
      if (!this.#strike(fault)) return 0;
    }
    this.#delayed = false;
    this.#started = true;
    const piece = data.subarray(0, whole);
    this.#rest = whole - piece.length;
    this.#pass(piece);
    return piece.length;
  }

  /** False when the message does not go on now. */
  #strike(fault: Fault): boolean {
    if (fault.kind === "lose-answer") {
      this.#losing = fault;
      return true;
    }
    this.#stopped = true;
    const done = fault.onFault();
    if (fault.kind === "cut") this.end();
    if (fault.kind === "delay") {
      void Promise.resolve(done).then(() => {
        this.#stopped = false;
        this.#delayed = true;
        this.#take(Buffer.alloc(0));
      });
    }
    return false;
  }
}
