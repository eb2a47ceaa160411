const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/**
 * Orders names by their UTF-8 bytes, as PostgreSQL does with `COLLATE "C"` and S3 does in its listings.
 * JavaScript compares UTF-16 units, which puts U+E000 to U+FFFF behind the characters above them.
 */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  const isLeftAbove = isSurrogate(left);
  // Only pairs stand for characters above U+FFFF; every other unit is below them.
  if (isLeftAbove !== isSurrogate(right)) return isLeftAbove ? 1 : -1;
  return left - right;
}

function isSurrogate(unit: number): boolean {
  return unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE;
}
