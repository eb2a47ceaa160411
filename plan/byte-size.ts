import { HoldfastError } from "./holdfast-error.ts";

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
};
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** How a size is written, for help texts. */
export const BYTE_SIZE_FORM = 'a number with a unit B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, e.g. "500 GiB"';

/**
 * Reads a size such as `500 GiB`, `1.5TB` or `0 B`; powers of 1024 with an i, of 1000 without.
 * @returns bytes, a whole number, 0 or more
 * @throws HoldfastError BYTE_SIZE_INVALID (exit 2) when the text has no unit, an unknown one, or is too large
 */
export function parseByteSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  const factor = BYTES_PER_UNIT[match?.[2]?.toLowerCase() ?? ""];
  const bytes = Math.round(Number(match?.[1]) * (factor ?? Number.NaN));
  if (bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new HoldfastError({
    code: "BYTE_SIZE_INVALID",
    message: `"${text}" is not a size`,
    hint: `Write ${BYTE_SIZE_FORM}.`,
    exitCode: 2,
  });
}

/** Writes a size for a person: binary units, at most three significant digits (`1.46 GiB`, `512 B`). */
export function formatByteSize(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.5 and more would round to "1024 MiB".
  while (value >= 1023.5 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = Number(value.toFixed(digits));
  return `${bytes < 0 ? "-" : ""}${number} ${BINARY_UNITS[unit]}`;
}
