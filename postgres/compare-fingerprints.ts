import { acrossMajors } from "./fingerprint/across-majors.ts";
import { withMappedRoles } from "./fingerprint/mapped-roles.ts";
import type { FingerprintEntry } from "./fingerprint.ts";

export interface Difference {
  readonly kind: string;
  readonly name: string;
  /** `missing`: backed up but not found; `extra`: found but not backed up. */
  readonly problem: "missing" | "extra" | "different";
  readonly expected?: string;
  readonly actual?: string;
  /** Roles that either side names: tells a difference that follows from a role the target cannot have. */
  readonly roles?: readonly string[];
}

export interface CompareOptions {
  /** Major version of the server that `expected` was read from, e.g. 15. @default as `actualMajor` */
  readonly expectedMajor?: number;
  /** Major version of the server that `actual` was read from. @default as `expectedMajor` */
  readonly actualMajor?: number;
  /** Who owns on the target what another role owned, by that role's name in the backup: `RolePlan.owners`. */
  readonly mappedRoles?: ReadonlyMap<string, string>;
}

/**
 * What differs between the catalog that was backed up and the one that is there, sorted by kind and name.
 * Empty means equal. Between servers of different major versions what the versions write differently is left out of
 * the comparison (see `acrossMajors`).
 */
export function compareFingerprints(
  expected: readonly FingerprintEntry[],
  actual: readonly FingerprintEntry[],
  options: CompareOptions = {},
): Difference[] {
  const { expectedMajor, actualMajor, mappedRoles } = options;
  const sameMajor = expectedMajor === undefined || actualMajor === undefined || expectedMajor === actualMajor;
  const comparable = (entries: readonly FingerprintEntry[]) => (sameMajor ? entries : acrossMajors(entries));
  const [wanted, found] =
    mappedRoles === undefined ? [expected, actual] : withMappedRoles(expected, actual, mappedRoles);
  const remaining = new Map(comparable(found).map((entry) => [keyOf(entry), entry]));
  const differences: Difference[] = [];
  for (const entry of comparable(wanted)) {
    const match = remaining.get(keyOf(entry));
    remaining.delete(keyOf(entry));
    if (match === undefined) differences.push(difference("missing", entry, undefined));
    else if (match.definition !== entry.definition) differences.push(difference("different", entry, match));
  }
  for (const entry of remaining.values()) differences.push(difference("extra", undefined, entry));
  return differences.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return JSON.stringify([kind, name]);
}

function difference(
  problem: Difference["problem"],
  expected: FingerprintEntry | undefined,
  actual: FingerprintEntry | undefined,
): Difference {
  const roles = [...new Set([...(expected?.roles ?? []), ...(actual?.roles ?? [])])].sort();
  return {
    kind: expected?.kind ?? actual?.kind ?? "",
    name: expected?.name ?? actual?.name ?? "",
    problem,
    ...(expected === undefined ? {} : { expected: expected.definition }),
    ...(actual === undefined ? {} : { actual: actual.definition }),
    ...(roles.length === 0 ? {} : { roles }),
  };
}
