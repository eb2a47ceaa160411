import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type pg from "pg";
import { databaseError } from "./database-error.ts";

/** What the driver's connection offers for COPY. */
interface CopyConnection {
  readonly stream: Duplex;
  query(text: string): void;
}

const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const COPY_FAIL = Buffer.from([0x66, 0, 0, 0, 5, 0]);
/** A message ends at 1 GiB; servers take smaller ones with less memory. */
const LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024;

const UNHEARD_BYTES = 512 * 1024;

/** One COPY statement under way, as the driver sees it. */
class CopyInStatement {
  readonly #sql: string;
  readonly #settle: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #start: PromiseWithResolvers<CopyConnection> = Promise.withResolvers();
  #connection: CopyConnection | undefined;
  #rows: number | undefined;
  #begun = false;
  #ended = false;

  constructor(sql: string) {
    this.#sql = sql;
    // Either is awaited where it matters; a rejection before that is no unhandled one.
    this.#settle.promise.catch(() => undefined);
    this.#start.promise.catch(() => undefined);
  }

  /** The connection, once the server wants data. */
  get started(): Promise<CopyConnection> {
    return this.#start.promise;
  }

  /** The number of rows stored, once the server is done; rejects with its error. */
  get finished(): Promise<number> {
    return this.#settle.promise;
  }

  /** True when the server wants no more data. */
  get ended(): boolean {
    return this.#ended;
  }

  submit(connection: CopyConnection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  handleCopyInResponse(): void {
    this.#begun = true;
    if (this.#connection !== undefined) this.#start.resolve(this.#connection);
  }

  handleCommandComplete(message: { text?: string }): void {
    const rows = /^COPY (\d+)$/.exec(message.text ?? "")?.[1];
    if (rows !== undefined) this.#rows = Number(rows);
  }

  handleReadyForQuery(): void {
    if (this.#rows === undefined || !this.#begun)
      this.handleError(new Error("the statement is no COPY … FROM STDIN"));
    else this.#settle.resolve(this.#rows);
    this.#ended = true;
  }

  handleError(error: unknown): void {
    this.#ended = true;
    this.#settle.reject(error);
    this.#start.reject(error);
  }

  handleEmptyQuery(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCopyData(): void {}
}

async function writeRows(
  statement: CopyInStatement,
  socket: Duplex,
  source: AsyncIterable<Uint8Array>,
  release: (piece: Uint8Array) => void,
): Promise<void> {
  let unheard = 0;
  for await (const bytes of source) {
    unheard += bytes.length;
    if (unheard > UNHEARD_BYTES) {
      // Writes to a local server may end at once, for ever: without a turn for reading its refusal is never heard.
      await setImmediate();
      unheard = 0;
    }
    for (let from = 0; from < bytes.length; from += LARGEST_MESSAGE_BYTES) {
      const part = bytes.subarray(from, from + LARGEST_MESSAGE_BYTES);
      const header = Buffer.allocUnsafe(5);
      header.writeUInt8(COPY_DATA, 0);
      header.writeUInt32BE(part.length + 4, 1);
      const isLast = from + LARGEST_MESSAGE_BYTES >= bytes.length;
      socket.cork();
      socket.write(header);
      const free = socket.write(part, (error) => {
        if (isLast && !error) release(bytes);
      });
      socket.uncork();
      if (statement.ended || socket.destroyed) return;
      if (!free) await drained(socket);
    }
  }
}

/** Resolves when the socket takes more, or is gone; what became of the statement is asked elsewhere. */
function drained(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.once("drain", done);
    socket.once("close", done);
  });
}

/**
 * Runs `COPY … FROM STDIN` and feeds it the source's bytes as they come; memory is bounded by the source's pieces.
 *
 * When the source fails, the server is told so and drops what it has received. After an error of the server the
 * source is closed at once. Either way the session can be used on, if its connection is alive (an open transaction
 * is aborted).
 * @param release Called with each piece of the source that has left for the server.
 * @returns The number of rows that the server stored.
 * @throws HoldfastError `DATABASE_*`, `ROW_TOO_LARGE`; or the source's own error, as it is.
 */
export async function copyIn(
  client: pg.Client,
  sql: string,
  source: AsyncIterable<Uint8Array>,
  release: (piece: Uint8Array) => void = () => undefined,
): Promise<{ rows: number }> {
  const statement = client.query(new CopyInStatement(sql) as pg.Submittable & CopyInStatement);
  const explain = (error: unknown) => databaseError(error, `Loading rows (${sql.slice(0, 200)})`);
  const connection = await statement.started.catch((error: unknown) => {
    throw explain(error);
  });
  let sourceError: { error: unknown } | undefined;
  try {
    await writeRows(statement, connection.stream, source, release);
    connection.stream.write(COPY_DONE);
  } catch (error) {
    if (!statement.ended) {
      sourceError = { error };
      connection.stream.write(COPY_FAIL);
    }
  }
  try {
    return { rows: await statement.finished };
  } catch (error) {
    throw sourceError === undefined ? explain(error) : sourceError.error;
  }
}
