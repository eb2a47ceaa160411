import { isIPv4 } from "node:net";

/**
 * The one form of a range of addresses by which two are compared: lower case, shortened as addresses are, and without
 * the bits that its length leaves out. Supabase may answer with it whatever was given: `2001:0DB8::1/32` is
 * `2001:db8::/32`.
 *
 * @param range an IPv4 or IPv6 range with its length
 * @see https://www.rfc-editor.org/rfc/rfc5952
 */
export function canonicalRange(range: string): string {
  const [address = "", length = ""] = range.split("/");
  const bits = Number(length);
  if (isIPv4(address)) return `${masked(address.split(".").map(Number), 8, bits).join(".")}/${bits}`;
  const short = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  // What is no range is not ours to judge.
  if (short === undefined) return range.toLowerCase();
  const groups = masked(groupsOf(short), 16, bits).map((group) => group.toString(16));
  return `${URL.parse(`http://[${groups.join(":")}]`)?.hostname.slice(1, -1)}/${bits}`;
}

/** The eight groups of an address whose zeros may be left out. */
function groupsOf(short: string): number[] {
  const [before = [], after = []] = short
    .split("::")
    .map((part) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16))));
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** Keeps the first `bits` of numbers of `width` bits each. */
function masked(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, index) => {
    const dropped = Math.min(width, Math.max(0, width * (index + 1) - bits));
    return (part >>> dropped) << dropped;
  });
}
