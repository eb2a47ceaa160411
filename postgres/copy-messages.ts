import { HoldfastError } from "../plan/holdfast-error.ts";
import { READ_AHEAD_BYTES } from "./copy-socket.ts";
import type { RowHash } from "./row-hash.ts";

const COPY_DATA = 0x64;
const READY_FOR_QUERY = 0x5a;
const HEADER_BYTES = 5;
const NEWLINE = 10;
/** Messages other than rows (errors, notices) are collected whole; none is ever near this size. */
const LARGEST_OTHER_BYTES = 16 * 1024 * 1024;

/** Pieces of about this size are handed on: small ones cost every later step a call each. */
const PIECE_BYTES = 512 * 1024;

const NOTHING = Buffer.alloc(0);

/** What became complete by one read from the socket. */
export interface TakenMessages {
  /** Rows and parts of rows, unframed; empty until there are enough, or until a message of another kind came. */
  readonly rows: readonly Buffer[];
  /** Every other message, complete with its header, in order; behind ReadyForQuery whatever follows. */
  readonly others: readonly Buffer[];
}

/** The error of a server, or of something between, that does not speak the protocol as documented. */
export function protocolError(problem: string): HoldfastError {
  return new HoldfastError({
    code: "DATABASE_PROTOCOL",
    message: `The server's answer to COPY could not be followed: ${problem}.`,
    hint: "Connect to the server directly or through a pooler in session mode, then run the command again.",
  });
}

/**
 * Takes the server's messages during `COPY … TO STDOUT` apart, cut anywhere: rows are hashed and put together
 * without their headers, in one pass; a row of any size passes through in the pieces in which it arrives.
 *
 * Each CopyData message is one row, newline included.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyMessages {
  readonly #hash: RowHash;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerLength = 0;
  /** Bytes of the row at hand that are still to come. */
  #missing = 0;
  #other: Buffer | undefined;
  #otherLength = 0;
  #others: Buffer[] = [];
  #ended = false;
  #target = NOTHING;
  #out = new DataView(this.#target.buffer);
  /** Where the next byte of rows is written. */
  #at = 0;

  constructor(hash: RowHash) {
    this.#hash = hash;
  }

  /**
   * @param view The bytes; what lies behind `length` is read ahead but never used.
   * @throws HoldfastError `DATABASE_PROTOCOL`
   */
  take(view: DataView, length: number): TakenMessages {
    const rows: Buffer[] = [];
    this.#others = [];
    this.#makeRoom(length, rows);
    let i = 0;
    while (i < length && !this.#ended) {
      if (this.#missing > 0) i = this.#partOfRow(view, i, length);
      else if (this.#other !== undefined) i = this.#partOfOther(this.#other, view, i, length);
      else {
        if (this.#headerLength === 0) i = this.#wholeRows(view, i, length);
        if (i < length) this.#headerByte(view.getUint8(i++));
      }
    }
    if (i < length) this.#others.push(Buffer.from(bytesOf(view, i, length)));
    if (this.#at >= PIECE_BYTES || this.#others.length > 0) this.#handOn(rows);
    return { rows, others: this.#others };
  }

  #makeRoom(length: number, rows: Buffer[]): void {
    const needed = length + READ_AHEAD_BYTES;
    if (this.#target.length - this.#at >= needed) return;
    this.#handOn(rows);
    this.#target = Buffer.allocUnsafeSlow(Math.max(needed, PIECE_BYTES + PIECE_BYTES / 2));
    this.#out = new DataView(this.#target.buffer, this.#target.byteOffset, this.#target.length);
  }

  /** What was handed on is the receiver's, its whole buffer included: it may free it. */
  #handOn(rows: Buffer[]): void {
    if (this.#at === 0) return;
    rows.push(this.#target.subarray(0, this.#at));
    this.#target = NOTHING;
    this.#at = 0;
  }

  /** The hot loop: rows that lie whole in the buffer. Returns where it stopped. */
  #wholeRows(view: DataView, start: number, length: number): number {
    const hash = this.#hash;
    const out = this.#out;
    const last = Math.min(length, view.byteLength - READ_AHEAD_BYTES);
    let i = start;
    let at = this.#at;
    while (i + HEADER_BYTES < last && view.getUint8(i) === COPY_DATA) {
      const bytes = view.getInt32(i + 1) - 4;
      const from = i + HEADER_BYTES;
      const to = from + bytes;
      if (bytes <= 0 || to > last) break;
      if (view.getUint8(to - 1) !== NEWLINE) throw protocolError("a row does not end with a newline");
      hash.addRow(view, from, to - 1, out, at);
      at += bytes;
      out.setUint8(at - 1, NEWLINE);
      i = to;
    }
    this.#at = at;
    return i;
  }

  #partOfRow(view: DataView, i: number, length: number): number {
    const count = Math.min(this.#missing, length - i);
    this.#target.set(bytesOf(view, i, i + count), this.#at);
    const from = this.#at;
    this.#at += count;
    this.#missing -= count;
    if (this.#missing > 0) {
      this.#hash.addPart(this.#out, from, this.#at);
    } else {
      if (this.#target[this.#at - 1] !== NEWLINE) throw protocolError("a row does not end with a newline");
      this.#hash.addPart(this.#out, from, this.#at - 1);
      this.#hash.endRow();
    }
    return i + count;
  }

  #headerByte(byte: number): void {
    this.#header[this.#headerLength++] = byte;
    if (this.#headerLength < HEADER_BYTES) return;
    this.#headerLength = 0;
    const bytes = this.#header.readInt32BE(1) - 4;
    if (bytes < 0) throw protocolError("a message has a negative length");
    if (this.#header[0] === COPY_DATA) {
      this.#missing = bytes;
      return;
    }
    if (bytes > LARGEST_OTHER_BYTES) throw protocolError("a message other than a row is longer than 16 MiB");
    this.#other = Buffer.alloc(HEADER_BYTES + bytes);
    this.#header.copy(this.#other);
    this.#otherLength = HEADER_BYTES;
    if (bytes === 0) this.#finishOther(this.#other);
  }

  #partOfOther(other: Buffer, view: DataView, i: number, length: number): number {
    const count = Math.min(other.length - this.#otherLength, length - i);
    other.set(bytesOf(view, i, i + count), this.#otherLength);
    this.#otherLength += count;
    if (this.#otherLength === other.length) this.#finishOther(other);
    return i + count;
  }

  #finishOther(other: Buffer): void {
    this.#other = undefined;
    this.#others.push(other);
    this.#ended = other[0] === READY_FOR_QUERY;
  }
}

function bytesOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from);
}
