import { createHash } from "node:crypto";

const HASH_LENGTH = 8;

/**
 * A name in the signs that names of schedules may have. One that has others, or is too long, gets a part of its hash,
 * so that no two names share a slug.
 * @param longest signs, 10 or more
 * @returns 1 to `longest` letters, digits, `_`, `.` and `-`
 */
export function shortSlug(name: string, longest: number): string {
  if (name.length <= longest && /^[A-Za-z0-9_.-]+$/.test(name)) return name;
  const start = name.replaceAll(/[^A-Za-z0-9_.-]/g, "-").slice(0, longest - HASH_LENGTH - 1);
  return `${start}-${createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH)}`;
}
