import { refusals } from "./storage-refusal.ts";

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads the header `Range` of one range; anything else asks for the whole object.
 * @throws StorageRefusal InvalidRange when no byte of the object lies in it
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const count = Math.min(Number(last), size);
    if (count === 0) throw refusals.invalidRange();
    return { first: size - count, last: size - 1 };
  }
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) throw refusals.invalidRange();
  return { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}
