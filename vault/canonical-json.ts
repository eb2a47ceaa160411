/**
 * JSON with sorted keys and no white space: the same value always gives the same bytes, whoever wrote it.
 * Properties that are undefined are left out, as `JSON.stringify` does.
 * @throws TypeError for numbers that are not finite and for values JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("a number that is not finite has no JSON form");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const parts: string[] = [];
    for (const [key, entry] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (entry !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(entry)}`);
    }
    return `{${parts.join(",")}}`;
  }
  throw new TypeError(`${typeof value} has no JSON form`);
}
