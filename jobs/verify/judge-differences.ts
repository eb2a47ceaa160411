import pg from "pg";
import type { Difference } from "../../postgres/compare-fingerprints.ts";
import type { FingerprintEntry } from "../../postgres/fingerprint.ts";
import type { Check } from "../verdict.ts";
import type { ProofContext } from "./proof-context.ts";

const SHOWN_CHARACTERS = 300;

/**
 * A check for each difference, and for each role whose objects belong to another on the target. FAIL, but PARTIAL
 * where a role that the target cannot have is the reason.
 */
export async function judgeDifferences(
  context: ProofContext,
  expected: readonly FingerprintEntry[],
  differences: readonly Difference[],
): Promise<Check[]> {
  const absent = await absentRoles(context, expected);
  const { superuser, user } = context.roles;
  const owners = lostOwners(context, expected);
  return [
    ...[...owners].map(
      ([role, to]): Check => ({
        name: `owner ${role}`,
        verdict: "PARTIAL",
        detail: absent.has(role)
          ? `role ${role} does not exist on the target; ${to} owns its objects`
          : `${to} may not act as role ${role} on the target and owns its objects`,
      }),
    ),
    ...differences.map((difference): Check => {
      const reason =
        reasonOf(difference, absent, owners) ??
        converted(difference) ??
        (superuser ? undefined : ungivable(difference, user));
      return {
        name: `${difference.kind} ${difference.name}`,
        verdict: reason === undefined ? "FAIL" : "PARTIAL",
        detail: `${difference.problem}${values(difference)}${reason === undefined ? "" : `; ${reason}`}`,
      };
    }),
  ];
}

/** Owners of the point whose objects belong to the restoring user, with that user. */
function lostOwners(
  { roles }: ProofContext,
  expected: readonly FingerprintEntry[],
): ReadonlyMap<string, string> {
  const owning = expected
    .filter(({ kind }) => kind === "owner" || kind === "large objects")
    .flatMap(({ kind, definition, roles: [first] = [] }) => (kind === "owner" ? definition : (first ?? [])));
  const { owners } = roles.plan;
  return new Map(
    [...new Set(owning)].flatMap((role) => (owners.has(role) ? [[role, owners.get(role) ?? ""]] : [])),
  );
}

/** Why a difference is no fault of the restore; undefined when it is one. */
function reasonOf(
  { kind, name, expected = "", roles = [] }: Difference,
  absent: ReadonlySet<string>,
  owners: ReadonlyMap<string, string>,
): string | undefined {
  const missing = roles.find((role) => absent.has(role));
  if (missing !== undefined) return `role ${missing} does not exist on the target`;
  if (kind !== "grant") return undefined;
  // Default privileges are their owner's to set, and a grant is another's when its grantor cannot be acted as.
  const unreachable = [...owners.keys(), ...absent].find((role) =>
    name.startsWith("future ") ? isOf(name, role) : roles.includes(role) && expected.includes(` by ${role}`),
  );
  return unreachable === undefined
    ? undefined
    : `the target does not let the restore act as role ${unreachable}`;
}

/** Every text was compared in the source's own encoding. */
function converted({ kind, name, expected, actual }: Difference): string | undefined {
  if (kind !== "database" || name !== "encoding" || actual !== "UTF8" || expected === "SQL_ASCII")
    return undefined;
  return "texts were converted";
}

/** `future tables of role in schema x to y`, the role quoted where SQL would need it. */
function isOf(name: string, role: string): boolean {
  return name.includes(` of ${role} `) || name.includes(` of ${pg.escapeIdentifier(role)} `);
}

/** What only a superuser, or whoever has it, can give to a role, in the words of the fingerprint. */
const PRIVILEGED = new Set(["superuser", "replication", "bypasses row security"]);

/** Why a role lacks what the restoring user could not give; undefined when anything else differs. */
function ungivable(
  { kind, problem, expected = "", actual = "" }: Difference,
  user: string,
): string | undefined {
  if (kind !== "role" || problem !== "different") return undefined;
  const [wanted, found] = [expected.split("; "), actual.split("; ")];
  const lost = wanted.filter((word) => word !== "" && !found.includes(word));
  const onlyThose =
    lost.every((word) => PRIVILEGED.has(word)) && found.every((word) => word === "" || wanted.includes(word));
  return onlyThose ? `${user} may not give a role ${lost.join(", ")}` : undefined;
}

async function absentRoles(
  context: ProofContext,
  entries: readonly FingerprintEntry[],
): Promise<ReadonlySet<string>> {
  const named = [...new Set(entries.flatMap((entry) => entry.roles ?? []))];
  const reply = await context.snapshot.client.query<{ name: string }>(
    `SELECT name FROM pg_catalog.unnest($1::pg_catalog.text[]) AS named(name)
      WHERE name <> '' AND name <> 'PUBLIC' AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name)`,
    [named],
  );
  return new Set(reply.rows.map((row) => row.name));
}

function values(difference: Difference): string {
  const clip = (text: string | undefined) => (text ?? "").replaceAll(/\s+/g, " ").slice(0, SHOWN_CHARACTERS);
  switch (difference.problem) {
    case "missing":
      return `; the point has: ${clip(difference.expected)}`;
    case "extra":
      return `; the target has: ${clip(difference.actual)}`;
    default:
      return `; the point has: ${clip(difference.expected)}; the target has: ${clip(difference.actual)}`;
  }
}
