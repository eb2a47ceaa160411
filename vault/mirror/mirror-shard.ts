import { hash } from "node:crypto";

const FORM = /^([1-9]\d?)\/(1|2|4|8|16)$/;
/** Of the first hex digit, which the ranges are made of. */
const DIGITS = 16;

/**
 * A share of a bucket's names: those whose SHA-256 begins with one of some hex digits, as their keys in the mirror do.
 * Whatever names look like and wherever they change, shards have the same share of them, and nobody has to remember
 * where a range ends.
 */
export class MirrorShard {
  static readonly WHOLE = new MirrorShard(1, 1);
  /** 1 to `of`. */
  readonly number: number;
  /** 1, 2, 4, 8 or 16: the ranges of more shards lie within those of fewer. */
  readonly of: number;
  /** First hex digits of names' hashes, 0 to 15, in order. */
  readonly digits: readonly number[];

  private constructor(number: number, of: number) {
    this.number = number;
    this.of = of;
    const width = DIGITS / of;
    this.digits = Array.from({ length: width }, (_, at) => (number - 1) * width + at);
  }

  /** @param of 1, 2, 4, 8 or 16 */
  static all(of: number): readonly MirrorShard[] {
    return Array.from({ length: of }, (_, at) =>
      of === 1 ? MirrorShard.WHOLE : new MirrorShard(at + 1, of),
    );
  }

  /** Reads what `toString` writes, as `2/4`; undefined for anything else. */
  static parse(text: string): MirrorShard | undefined {
    const [, number, of] = FORM.exec(text) ?? [];
    return MirrorShard.all(Number(of ?? 0))[Number(number) - 1];
  }

  get isWhole(): boolean {
    return this.of === 1;
  }

  /** The first hex digit of a name's hash. */
  static digitOf(name: string): number {
    return (hash("sha256", name, "buffer")[0] ?? 0) >> 4;
  }

  includes(name: string): boolean {
    return this.isWhole || this.digits.includes(MirrorShard.digitOf(name));
  }

  covers(other: MirrorShard): boolean {
    return other.digits.every((digit) => this.digits.includes(digit));
  }

  overlaps(other: MirrorShard): boolean {
    return other.digits.some((digit) => this.digits.includes(digit));
  }

  toString(): string {
    return `${this.number}/${this.of}`;
  }
}
