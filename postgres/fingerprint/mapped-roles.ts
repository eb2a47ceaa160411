import type { FingerprintEntry } from "../fingerprint.ts";

const LARGE_OBJECTS = /^owned by ([\s\S]*?)( with [\s\S]*)?$/;
const COUNT_AND_TOTAL = /^(\d+) with numbers that add up to (\d+)$/;

/**
 * Expects of the target what it was asked to be: objects of a role that another stands for belong to that other.
 * The roles themselves are then not compared, neither the one that is absent nor the one that stands in.
 */
export function withMappedRoles(
  expected: readonly FingerprintEntry[],
  actual: readonly FingerprintEntry[],
  owners: ReadonlyMap<string, string>,
): [FingerprintEntry[], FingerprintEntry[]] {
  const standIns = new Set(owners.values());
  const isCompared = ({ kind, name }: FingerprintEntry) =>
    kind !== "role" || !(owners.has(name) || standIns.has(name));
  const wanted = expected.filter(isCompared).map((entry) => ownedByStandIn(entry, owners));
  return [mergeLargeObjects(wanted), actual.filter(isCompared)];
}

function ownedByStandIn(entry: FingerprintEntry, owners: ReadonlyMap<string, string>): FingerprintEntry {
  if (entry.kind === "owner") {
    const to = owners.get(entry.definition);
    return to === undefined ? entry : { ...entry, definition: to, roles: [to] };
  }
  if (entry.kind !== "large objects") return entry;
  const [, owner = "", privileges = ""] = LARGE_OBJECTS.exec(entry.name) ?? [];
  const to = owners.get(owner);
  return to === undefined ? entry : { ...entry, name: `owned by ${to}${privileges}` };
}

/** Two owners may have become one. */
function mergeLargeObjects(entries: readonly FingerprintEntry[]): FingerprintEntry[] {
  const merged = new Map<string, FingerprintEntry>();
  const others = entries.filter((entry) => entry.kind !== "large objects");
  for (const entry of entries.filter(({ kind }) => kind === "large objects")) {
    const known = merged.get(entry.name);
    merged.set(
      entry.name,
      known === undefined ? entry : { ...entry, definition: sum(known.definition, entry.definition) },
    );
  }
  return [...others, ...merged.values()];
}

function sum(a: string, b: string): string {
  const [, countA = "0", totalA = "0"] = COUNT_AND_TOTAL.exec(a) ?? [];
  const [, countB = "0", totalB = "0"] = COUNT_AND_TOTAL.exec(b) ?? [];
  return `${BigInt(countA) + BigInt(countB)} with numbers that add up to ${BigInt(totalA) + BigInt(totalB)}`;
}
