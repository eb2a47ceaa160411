import type { FingerprintEntry } from "../fingerprint.ts";
import { sqlTokens } from "../sql-tokens.ts";

/** Kinds whose text the server writes from a stored query; since 16 it leaves out table names that it wrote before. */
const QUERIES = new Set(["view", "materialized view", "rule"]);

/**
 * Brings the entries into a form in which equal objects are equal whatever the server's major version: versions of
 * extensions (each server has its own) and the privilege MAINTAIN (new in 17) are left out, and stored queries are
 * compared without the qualifiers of their columns.
 */
export function acrossMajors(entries: readonly FingerprintEntry[]): FingerprintEntry[] {
  return entries.flatMap((entry) => {
    if (entry.kind === "extension version") return [];
    if (entry.kind === "grant") return withoutMaintain(entry);
    if (QUERIES.has(entry.kind) || isStoredBody(entry))
      return [{ ...entry, definition: withoutQualifiers(entry.definition) }];
    return [entry];
  });
}

/** Functions with a body in SQL's own form are stored as queries, not as text. */
function isStoredBody(entry: FingerprintEntry): boolean {
  const isRoutine = entry.kind === "function" || entry.kind === "procedure";
  return isRoutine && /\n(?:BEGIN ATOMIC|\s*RETURN )/.test(entry.definition);
}

function withoutMaintain(entry: FingerprintEntry): FingerprintEntry[] {
  const definition = entry.definition
    .split("; ")
    .map((part) => part.replace(/\bMAINTAIN, |, MAINTAIN\b/, ""))
    .filter((part) => !part.startsWith("MAINTAIN"))
    .join("; ");
  return definition === "" ? [] : [{ ...entry, definition }];
}

/** One space between tokens, and of `a.b.c` only `c`. */
function withoutQualifiers(sql: string): string {
  const tokens = sqlTokens(sql);
  const isName = (at: number) => tokens[at]?.kind === "word" || tokens[at]?.kind === "quoted";
  return tokens
    .filter(
      (token, at) => !(token.text === "." && isName(at - 1)) && !(isName(at) && tokens[at + 1]?.text === "."),
    )
    .map((token) => token.text)
    .join(" ");
}
