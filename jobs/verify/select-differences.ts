import type { Difference } from "../../postgres/compare-fingerprints.ts";
import type { FingerprintEntry } from "../../postgres/fingerprint.ts";
import { sqlTokens } from "../../postgres/sql-tokens.ts";
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
  const chosen = new Set(await quotedTables(context));
  const relations = expected.filter(({ kind }) => RELATION.test(kind)).map(({ name }) => name);
  const others = new Set(relations.filter((name) => !chosen.has(name)));
  const belongs = (kind: string, name: string, definition: string) =>
    (NAMED.test(kind) && namesIn(name).some((found) => chosen.has(found))) ||
    (DEFINED.test(kind) && namesIn(definition).some((found) => chosen.has(found)));
  const faults: Difference[] = [];
  const leftOut = new Map<Difference, string>();
  for (const difference of differences) {
    const { kind, name, problem, expected: definition = "" } = difference;
    if (NOT_OF_TABLES.test(kind)) continue;
    if (problem !== "missing") faults.push(difference);
    else if (belongs(kind, name, definition)) {
      const other = namesIn(definition).find((found) => others.has(found));
      if (other === undefined) faults.push(difference);
      else leftOut.set(difference, other);
    }
  }
  const says = (one: Difference) =>
    one.kind === "comment" && [...leftOut.keys()].some(({ name }) => one.name.endsWith(` ${name}`));
  const ofTables = expected.filter(({ kind, name, definition }) => belongs(kind, name, definition)).length;
  return {
    differences: faults.filter((fault) => !says(fault)),
    leftOut: [...leftOut].map(
      ([{ kind, name }, other]) => `${kind} ${name}: it refers to ${other}, which is not part of this point`,
    ),
    equal: ofTables - leftOut.size - faults.length,
  };
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

/** Every `schema.name` in a text, as written there; of `schema.table.column` the first two. */
function namesIn(text: string): string[] {
  const tokens = sqlTokens(text);
  const isName = (at: number) => tokens[at]?.kind === "word" || tokens[at]?.kind === "quoted";
  return tokens.flatMap(({ text: schema }, at) =>
    isName(at) && tokens[at + 1]?.text === "." && isName(at + 2) && tokens[at - 1]?.text !== "."
      ? [`${schema}.${tokens[at + 2]?.text}`]
      : [],
  );
}
