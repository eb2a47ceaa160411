import { CRC32C_START, crc32c } from "./crc32c.ts";

const PAGE_BYTES = 8192;
const PAGE_HEADER_BYTES = 24;
const LONG_PAGE_HEADER_BYTES = 40;
const CONTINUES_RECORD = 0x1;
const HAS_LONG_HEADER = 0x2;
/** The record that was begun before a crash was never finished; another begins here. */
const ABANDONS_RECORD = 0x8;

const RECORD_HEADER_BYTES = 24;
const CRC_OFFSET = 20;
/** All that is looked at of a record besides its checksum. */
const HEAD_BYTES = 64;

const XLOG_MANAGER = 0;
const SWITCH_SEGMENT = 0x40;
const TRANSACTION_MANAGER = 1;
/** Commit, abort, and both of prepared transactions: what recovery to a time stops at. */
const TIMED_OPERATIONS = new Set([0x00, 0x20, 0x30, 0x40]);
/** Sizes of the fields that may stand before a transaction record's data, by their id. */
const FIELD_BYTES = new Map([
  [253, 3],
  [252, 5],
]);
const SHORT_DATA = 255;
const LONG_DATA = 254;
/** 2000-01-01, from which PostgreSQL counts microseconds, in those of Unix. */
const POSTGRES_EPOCH_MICROSECONDS = 946_684_800_000_000;

class Damage extends Error {}

interface OpenRecord {
  readonly length: number;
  readonly head: Buffer;
  taken: number;
  /** Of everything after the header. */
  crc: number;
}

const alignUp = (offset: number): number => Math.ceil(offset / 8) * 8;

function sizeOfField(id: number): number {
  const bytes = FIELD_BYTES.get(id);
  if (bytes === undefined) throw new Damage(`has a transaction's record with an unknown field ${id}`);
  return bytes;
}

/** When the transaction of a record ended, in microseconds since 1970; `undefined` for records of another kind. */
function endOfTransaction(head: Buffer): number | undefined {
  const isTimed =
    head.readUInt8(17) === TRANSACTION_MANAGER && TIMED_OPERATIONS.has(head.readUInt8(16) & 0x70);
  if (!isTimed) return undefined;
  let at = RECORD_HEADER_BYTES;
  for (
    let field = head.readUInt8(at);
    field !== SHORT_DATA && field !== LONG_DATA;
    field = head.readUInt8(at)
  )
    at += sizeOfField(field);
  at += head.readUInt8(at) === SHORT_DATA ? 2 : 5;
  return Number(head.readBigInt64LE(at)) + POSTGRES_EPOCH_MICROSECONDS;
}

/**
 * Reads archived WAL, segment after segment, the way recovery will: every record is checked, and what recovery to a
 * time needs is remembered, the moment of the last commit. So the archive itself says how far it reaches, without a
 * running server and without a program that only some installations have.
 * @see https://www.postgresql.org/docs/current/wal-internals.html
 */
export class WalReader {
  readonly segmentBytes: number;
  #position: number;
  #record: OpenRecord | undefined;
  #lastCommit: number | undefined;
  #damage: string | undefined;

  /** @param startLsn where a record begins, in bytes */
  constructor(startLsn: number, segmentBytes: number) {
    this.#position = startLsn;
    this.segmentBytes = segmentBytes;
  }

  /** Number of the segment to give next. */
  get segment(): number {
    return Math.floor(this.#position / this.segmentBytes);
  }

  /** When the last transaction ended whose record was read, in microseconds since 1970. */
  get lastCommitMicroseconds(): number | undefined {
    return this.#lastCommit;
  }

  /** What is wrong with the segment at which reading ended, for good. */
  get damage(): string | undefined {
    return this.#damage;
  }

  /** First byte of that segment to give next; where a page begins. */
  get offset(): number {
    const inSegment = this.#position % this.segmentBytes;
    return inSegment - (inSegment % PAGE_BYTES);
  }

  /**
   * Reads pages from `offset` of `segment` on; to the end of the segment or, when the rest of it is empty, to the
   * beginning of the next. Damaged ones stay the last.
   * @param pages whole pages, one or more
   */
  read(pages: Buffer): void {
    const base = this.#position - (this.#position % this.segmentBytes);
    const from = this.offset;
    try {
      if (pages.length === 0 || pages.length % PAGE_BYTES > 0)
        throw new Damage(`ends at byte ${from + pages.length} of ${this.segmentBytes}`);
      this.#position = this.#readPages(pages, base + from)
        ? base + this.segmentBytes
        : base + from + pages.length;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      this.#damage = error.message;
    }
  }

  /** @param start of the pages. @returns whether the rest of the segment is empty */
  #readPages(pages: Buffer, start: number): boolean {
    let offset = this.#position - start;
    while (offset < pages.length) {
      const where = `byte ${(start + offset) % this.segmentBytes}`;
      if (offset % PAGE_BYTES === 0) offset += this.#readPageHeader(pages, offset, start + offset, where);
      const pageEnd = (Math.floor(offset / PAGE_BYTES) + 1) * PAGE_BYTES;
      this.#record ??= beginRecord(pages, offset, where);
      const record = this.#record;
      const part = pages.subarray(offset, Math.min(pageEnd, offset + record.length - record.taken));
      takePart(record, part);
      offset = alignUp(offset + part.length);
      if (record.taken < record.length) continue;
      this.#record = undefined;
      if (this.#finishRecord(record, where)) return true;
    }
    return false;
  }

  #readPageHeader(bytes: Buffer, offset: number, address: number, where: string): number {
    const flags = bytes.readUInt16LE(offset + 2);
    if (bytes.readUInt8(offset + 1) !== 0xd1 || bytes.readBigUInt64LE(offset + 8) !== BigInt(address))
      throw new Damage(`has no WAL page at ${where}`);
    if (flags & ABANDONS_RECORD) this.#record = undefined;
    const rest = this.#record ? this.#record.length - this.#record.taken : 0;
    const continued = flags & CONTINUES_RECORD ? bytes.readUInt32LE(offset + 16) : 0;
    if (rest !== continued) throw new Damage(`does not go on at ${where} with what came before`);
    return flags & HAS_LONG_HEADER ? LONG_PAGE_HEADER_BYTES : PAGE_HEADER_BYTES;
  }

  /** @returns whether the record ends its segment */
  #finishRecord({ head, crc }: OpenRecord, where: string): boolean {
    const whole = (crc32c(head.subarray(0, CRC_OFFSET), crc) ^ 0xffffffff) >>> 0;
    if (whole !== head.readUInt32LE(CRC_OFFSET)) throw new Damage(`has a damaged record at ${where}`);
    const ended = endOfTransaction(head);
    // Transactions may be written in another order than that of their times.
    if (ended !== undefined) this.#lastCommit = Math.max(ended, this.#lastCommit ?? ended);
    return head.readUInt8(17) === XLOG_MANAGER && (head.readUInt8(16) & 0xf0) === SWITCH_SEGMENT;
  }
}

function beginRecord(bytes: Buffer, offset: number, where: string): OpenRecord {
  const length = bytes.readUInt32LE(offset);
  // A finished segment holds records to its end, or to the one that says that the rest is empty.
  if (length < RECORD_HEADER_BYTES) throw new Damage(`ends early, at ${where}`);
  return { length, head: Buffer.alloc(Math.min(length, HEAD_BYTES)), taken: 0, crc: CRC32C_START };
}

function takePart(record: OpenRecord, part: Buffer): void {
  if (record.taken < record.head.length) part.copy(record.head, record.taken);
  record.crc = crc32c(part.subarray(Math.max(0, RECORD_HEADER_BYTES - record.taken)), record.crc);
  record.taken += part.length;
}
