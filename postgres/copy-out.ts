import { Readable } from "node:stream";
import type pg from "pg";
import { CopyMessages, protocolError } from "./copy-messages.ts";
import { databaseError } from "./database-error.ts";
import { RowHash } from "./row-hash.ts";
import { SocketDiversion } from "./socket-diversion.ts";

export interface CopyOutOptions {
  /** Takes in every row on its way. @default one of its own */
  readonly rowHash?: RowHash;
}

const COPY_OUT_RESPONSE = 0x48;
const READY_FOR_QUERY = 0x5a;
const BUFFERED_BYTES = 1024 * 1024;

/** The rows of one `COPY … TO STDOUT`: a stream of bytes that counts and hashes what passes. */
export class CopyOut extends Readable {
  /** Count and digest; final when the stream has ended. */
  readonly rowHash: RowHash;
  readonly #client: pg.Client;
  readonly #sql: string;
  readonly #messages: CopyMessages;
  readonly #rowsBefore: number;
  #diversion: SocketDiversion | undefined;
  #failure: Error | undefined;
  #plainBytes = 0;
  #begun = false;
  #rowsByServer: number | undefined;

  constructor(client: pg.Client, sql: string, options: CopyOutOptions) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#client = client;
    this.#sql = sql;
    this.rowHash = options.rowHash ?? new RowHash();
    this.#rowsBefore = this.rowHash.rows;
    this.#messages = new CopyMessages(this.rowHash);
  }

  /** Bytes of rows so far. */
  get plainBytes(): number {
    return this.#plainBytes;
  }

  /** Called by the driver when it is this statement's turn. */
  submit(connection: { query(text: string): void }): Error | undefined {
    if (this.destroyed) return new Error("the reader was destroyed before its turn");
    this.#diversion = new SocketDiversion(
      this.#client.connection.stream,
      (view, length) => this.#take(view, length),
      () => this.#lost(),
    );
    connection.query(this.#sql);
    return undefined;
  }

  /** Called by the driver. The server goes on to ReadyForQuery, or closes the connection: either ends the stream. */
  handleError(error: unknown): void {
    this.#failure ??= this.#explain(error);
    if (this.#diversion === undefined) this.destroy(this.#failure);
  }

  /** Called by the driver with the tag `COPY <rows>`. */
  handleCommandComplete(message: { text?: string }): void {
    const rows = /^COPY (\d+)$/.exec(message.text ?? "")?.[1];
    if (rows !== undefined) this.#rowsByServer = Number(rows);
  }

  handleReadyForQuery(): void {}
  handleEmptyQuery(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}

  #explain(error: unknown): Error {
    return databaseError(error, `Reading rows (${this.#sql.slice(0, 200)})`);
  }

  #take(view: DataView, length: number): void {
    try {
      const { rows, others } = this.#messages.take(view, length);
      for (const piece of rows) {
        this.#plainBytes += piece.length;
        if (!this.push(piece)) this.#diversion?.hold();
      }
      for (const message of others) this.#other(message);
    } catch (error) {
      this.destroy(this.#explain(error));
    }
  }

  #other(message: Buffer): void {
    if (message[0] === COPY_OUT_RESPONSE) {
      if (message[5] !== 0) throw protocolError("it is binary, where text was asked for");
      this.#begun = true;
    }
    const diversion = this.#diversion;
    if (message[0] !== READY_FOR_QUERY) {
      diversion?.passOn(message);
      return;
    }
    // Given back first: the driver may start its next statement at once.
    this.#diversion = undefined;
    diversion?.end();
    diversion?.passOn(message);
    const failure = this.#failure ?? this.#shortfall();
    if (failure === undefined) this.push(null);
    else this.destroy(failure);
  }

  /** The server says how many rows it sent: not one of them may be missing. */
  #shortfall(): Error | undefined {
    if (!this.#begun) return protocolError("the statement is no COPY … TO STDOUT");
    const rows = this.rowHash.rows - this.#rowsBefore;
    if (this.#rowsByServer === rows) return undefined;
    return protocolError(`it sent ${this.#rowsByServer ?? "an unknown number of"} rows, ${rows} arrived`);
  }

  #lost(): void {
    this.#diversion?.end();
    this.#diversion = undefined;
    this.destroy(this.#failure ?? this.#explain(new Error("Connection terminated unexpectedly")));
  }

  override _read(): void {
    this.#diversion?.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#diversion !== undefined) {
      // Rows are still on their way that nobody wants: ending the connection is what stops the server at once.
      this.#diversion.end();
      this.#diversion = undefined;
      this.#client.connection.stream.destroy();
    }
    callback(error);
  }
}

/**
 * Runs `COPY … TO STDOUT` (text format) and streams its bytes, unchanged, with back-pressure; `rowHash` of the result
 * counts and digests the rows. The driver, which would make an object of every row, is bypassed.
 *
 * Rows may be of any size; about 2 MiB are held. Each piece has a buffer of its own, which its receiver may free. When the stream has ended, or failed with an error of the server,
 * the session can be used on. When the stream is destroyed before its end, the session is closed: discard it.
 * @throws HoldfastError through the stream: `DATABASE_*`, `ROW_TOO_LARGE`, `OBJECT_GONE`; `DATABASE_PROTOCOL` when
 * the server's own row count differs from what arrived.
 */
export function copyOut(client: pg.Client, sql: string, options: CopyOutOptions = {}): CopyOut {
  return client.query(new CopyOut(client, sql, options));
}
