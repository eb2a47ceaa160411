import { crc32 } from "node:zlib";

/** The texts without repetition in the order in which Terraform keeps a set of them: by their CRC-32, as text. */
export function setOrder(texts: readonly string[]): string[] {
  const key = (text: string): string => String(crc32(text));
  return [...new Set(texts)].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
