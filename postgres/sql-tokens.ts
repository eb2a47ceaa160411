import { SqlScanner, type SqlTokenKind } from "./sql-scanner.ts";

/** One word, name, string or symbol of a statement. */
export interface SqlToken {
  readonly kind: Exclude<SqlTokenKind, "space" | "comment" | "unfinished">;
  /** As written. */
  readonly text: string;
  /** Words in upper case; quoted names without their quotes; else as written. */
  readonly value: string;
  /** Position in the statement. */
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of one statement without white space and comments.
 * @param limit Stop after so many. @default all
 */
export function sqlTokens(sql: string, limit = Number.POSITIVE_INFINITY): SqlToken[] {
  const scanner = new SqlScanner(sql);
  const tokens: SqlToken[] = [];
  while (tokens.length < limit && scanner.next()) {
    const { kind, start, end } = scanner;
    if (kind === "space" || kind === "comment" || kind === "unfinished") continue;
    const text = sql.slice(start, end);
    tokens.push({ kind, text, value: tokenValue(kind, text), start, end });
  }
  return tokens;
}

function tokenValue(kind: SqlToken["kind"], text: string): string {
  if (kind === "word") return text.toUpperCase();
  if (kind === "quoted") return text.slice(1, -1).replaceAll('""', '"');
  return text;
}

/** Name of an identifier token: unquoted identifiers fold to lower case. */
export function identifier(token: SqlToken | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (token.kind === "quoted") return token.value;
  return token.kind === "word" ? token.text.toLowerCase() : undefined;
}

/** True for an unquoted word that stands for itself. */
export function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.value);
}

/** A possibly schema-qualified name as written, and the index of the token after it. */
export function qualifiedName(
  tokens: readonly SqlToken[],
  at: number,
): { readonly name: string; readonly next: number } {
  let next = at;
  let name = tokens[next++]?.text ?? "";
  while (tokens[next]?.text === ".") {
    name += `.${tokens[next + 1]?.text ?? ""}`;
    next += 2;
  }
  return { name, next };
}
