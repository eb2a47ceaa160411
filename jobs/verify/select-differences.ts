import type { Difference } from "../../postgres/compare-fingerprints.ts";
import type { FingerprintEntry } from "../../postgres/fingerprint.ts";
import type { ProofContext } from "./proof-context.ts";

export interface SelectedDifferences {
  readonly differences: readonly Difference[];
  /** What a table of the point refers to, or is referred to by, outside of the point. */
  readonly leftOut: readonly string[];
  /** How many definitions of the point's tables are as they were. */
  readonly equal: number;
}

/** Kinds whose name says which table they belong to, and those whose definition does. */
const NAMED =
  /^(?:table|column|row security|replica identity|constraint|trigger|rule|policy|owner|grant|comment)$/;
const DEFINED = /^(?:index|statistics|sequence)$/;
const RELATION = /^(?:table|view|materialized view|sequence)$/;
/** Properties of the whole database, which a point of single tables does not bring along. */
const NOT_OF_TABLES = /^(?:database|large objects)$/;

/**
 * Of the differences between a whole database and one restored from a point of single tables those that are faults:
 * what a table of the point lacks, whatever is there and different, and whatever was never in the source.
 */
export async function ofTheSelection(
  context: ProofContext,
  expected: readonly FingerprintEntry[],
  differences: readonly Difference[],
): Promise<SelectedDifferences> {
  const tables = await quotedTables(context);
  const isChosen = new Set(tables);
  const others = expected
    .filter(({ kind, name }) => RELATION.test(kind) && !isChosen.has(name))
    .map(({ name }) => name);
  const belongs = ({ kind, name }: { readonly kind: string; readonly name: string }, definition: string) =>
    (NAMED.test(kind) && tables.some((table) => mentions(name, table))) ||
    (DEFINED.test(kind) && tables.some((table) => mentions(definition, table)));
  const faults: Difference[] = [];
  const leftOut: string[] = [];
  for (const difference of differences) {
    const { kind, name, problem, expected: definition = "" } = difference;
    if (NOT_OF_TABLES.test(kind)) continue;
    if (problem !== "missing") faults.push(difference);
    else if (belongs(difference, definition)) {
      const other = others.find((relation) => mentions(definition, relation));
      if (other === undefined) faults.push(difference);
      else leftOut.push(`${kind} ${name}: it refers to ${other}, which is not part of this point`);
    }
  }
  const ofTables = expected.filter((entry) => belongs(entry, entry.definition)).length;
  return { differences: faults, leftOut, equal: ofTables - leftOut.length - faults.length };
}

/** Names of the point's tables as the server quotes them. */
async function quotedTables({ manifest, snapshot }: ProofContext): Promise<string[]> {
  const { tables } = manifest;
  const reply = await snapshot.client.query<{ name: string }>(
    `SELECT pg_catalog.format('%I.%I', t.schema, t.name) AS name
       FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS t(schema, name)`,
    [tables.map(({ schema }) => schema), tables.map(({ name }) => name)],
  );
  return reply.rows.map(({ name }) => name);
}

/** True when the text names the relation, or something in it, and not one whose name only begins or ends like it. */
function mentions(text: string, relation: string): boolean {
  for (let at = text.indexOf(relation); at >= 0; at = text.indexOf(relation, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + relation.length] ?? " ";
    if (!/[\w$".]/.test(before) && !/[\w$"]/.test(after)) return true;
  }
  return false;
}
