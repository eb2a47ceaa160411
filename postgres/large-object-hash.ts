import { RowHash } from "./row-hash.ts";

const NEWLINE = 10;
const HEAD_BYTES = 64;
const OPENS = /^SELECT pg_catalog\.lo_open\('(\d+)'/;
const CREATES = /^SELECT pg_catalog\.lo_create\('(\d+)'/;
const WRITES = /^SELECT pg_catalog\.lowrite\(/;

/**
 * Digests the content of large objects out of the statements that pg_dump writes for them, so that two dumps of equal
 * objects have equal digests, whatever the version of pg_dump, the order of the objects, their owners and grants.
 *
 * Each object is one row that names its number, and one row for each piece of 16 KiB with the object's number and
 * the piece's place: neither objects nor pieces can change places unnoticed. See `RowHash` for the digest of rows.
 */
export class LargeObjectHash {
  readonly #hash = new RowHash();
  #rest = Buffer.alloc(0);
  #object = "";
  #piece = 0;

  /** Objects and pieces so far. */
  get rows(): number {
    return this.#hash.rows;
  }

  /** Takes the next bytes of the dump, cut anywhere. */
  update(bytes: Uint8Array): void {
    const text = Buffer.concat([this.#rest, bytes]);
    let from = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, from)) {
      this.#line(text.subarray(from, end + 1));
      from = end + 1;
    }
    this.#rest = text.subarray(from);
  }

  #line(line: Buffer): void {
    const head = line.toString("latin1", 0, HEAD_BYTES);
    const created = CREATES.exec(head)?.[1];
    if (created !== undefined) this.#hash.update(Buffer.from(`${created}\n`));
    const opened = OPENS.exec(head)?.[1];
    if (opened !== undefined) {
      this.#object = opened;
      this.#piece = 0;
    }
    if (!WRITES.test(head)) return;
    this.#hash.update(Buffer.from(`${this.#object} ${this.#piece++} `));
    this.#hash.update(line);
  }

  /** The dump's bytes, unchanged, while they are digested. */
  async *through(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of dump) {
      this.update(bytes);
      yield bytes;
    }
  }

  /** 32 hex digits. */
  digest(): string {
    return this.#hash.digest();
  }
}
