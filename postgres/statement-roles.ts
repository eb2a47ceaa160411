import { identifier, isWord, qualifiedName, type SqlToken, sqlTokens } from "./sql-tokens.ts";

/** What a role is to a statement. */
export type RoleUse =
  | "owner"
  | "grantee"
  | "default privileges"
  | "policy"
  | "user mapping"
  | "session"
  | "setting";

export interface NamedRole {
  readonly role: string;
  readonly use: RoleUse;
  /** Where its name stands in the statement. */
  readonly start: number;
  readonly end: number;
}

/**
 * The roles that a statement of pg_dump names, in order of appearance; PUBLIC is none. Only statements that pg_dump
 * writes are understood.
 */
export function statementRoles(sql: string): NamedRole[] {
  if (/^(?:GRANT|REVOKE)\s/i.test(sql)) return granteesOf(sqlTokens(sql));
  if (/^ALTER DEFAULT PRIVILEGES\s/i.test(sql)) return defaultPrivilegesOf(sqlTokens(sql));
  if (/^ALTER\s/i.test(sql) && /\sOWNER TO\s[^;]*;?$/i.test(sql)) return ownerOf(sqlTokens(sql));
  if (/^CREATE POLICY\s/i.test(sql)) return policyRolesOf(sqlTokens(sql));
  if (/^(?:CREATE|ALTER) USER MAPPING\s/i.test(sql))
    return roleAfter(sqlTokens(sql, 8), "FOR", "user mapping");
  if (/^SET SESSION AUTHORIZATION\s/i.test(sql))
    return roleAfter(sqlTokens(sql, 8), "AUTHORIZATION", "session");
  if (/^ALTER ROLE\s/i.test(sql)) return roleAfter(sqlTokens(sql, 8), "ROLE", "setting");
  if (/^CREATE SCHEMA\s/i.test(sql)) return roleAfter(sqlTokens(sql, 8), "AUTHORIZATION", "owner");
  return [];
}

function named(token: SqlToken | undefined, use: RoleUse): NamedRole[] {
  if (token === undefined || isWord(token, "PUBLIC", "DEFAULT")) return [];
  const role = token.kind === "string" ? token.text.slice(1, -1).replaceAll("''", "'") : identifier(token);
  return role === undefined ? [] : [{ role, use, start: token.start, end: token.end }];
}

function roleAfter(tokens: readonly SqlToken[], word: string, use: RoleUse): NamedRole[] {
  const at = tokens.findIndex((token) => isWord(token, word));
  return at < 0 ? [] : named(tokens[at + 1], use);
}

/** The last TO or FROM: both words are reserved, so that a name like them is quoted and no word. */
function granteesOf(tokens: readonly SqlToken[]): NamedRole[] {
  const at = tokens.findLastIndex((token) => isWord(token, "TO", "FROM"));
  return at < 0 ? [] : roleList(tokens, at + 1, "grantee");
}

function roleList(tokens: readonly SqlToken[], from: number, use: RoleUse): NamedRole[] {
  const roles = named(tokens[from], use);
  let at = from + 1;
  while (tokens[at]?.text === ",") {
    roles.push(...named(tokens[at + 1], use));
    at += 2;
  }
  return roles;
}

function defaultPrivilegesOf(tokens: readonly SqlToken[]): NamedRole[] {
  const forRole = tokens.findIndex((token) => isWord(token, "ROLE", "USER"));
  return [...(forRole < 0 ? [] : named(tokens[forRole + 1], "default privileges")), ...granteesOf(tokens)];
}

function ownerOf(tokens: readonly SqlToken[]): NamedRole[] {
  const at = tokens.findLastIndex(
    (token, index) => isWord(token, "OWNER") && isWord(tokens[index + 1], "TO"),
  );
  return at < 0 ? [] : named(tokens[at + 2], "owner");
}

/** `CREATE POLICY name ON table [AS …] [FOR …] [TO role, …] [USING (…)] [WITH CHECK (…)]` */
function policyRolesOf(tokens: readonly SqlToken[]): NamedRole[] {
  let at = qualifiedName(tokens, 4).next;
  while (at < tokens.length && !isWord(tokens[at], "TO", "USING", "WITH")) at++;
  return isWord(tokens[at], "TO") ? roleList(tokens, at + 1, "policy") : [];
}

/** What a statement does, short enough for a report, and without what it may hold of secrets. */
export function summarizeStatement(sql: string): string {
  const withoutOptions = sql
    .replace(/\sOPTIONS\s*\([\s\S]*$/i, " OPTIONS (…)")
    .replace(/\sCONNECTION\s+'[\s\S]*$/i, " CONNECTION …")
    .replace(/^(ALTER (?:DATABASE|ROLE) [\s\S]*? SET \S+ TO )[\s\S]*$/i, "$1…")
    .replace(/^(CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) [\s\S]*?\sAS )[\s\S]*$/i, "$1…");
  const line = withoutOptions.replaceAll(/\s+/g, " ").replace(/;$/, "").trim();
  return line.length > 140 ? `${line.slice(0, 139)}…` : line;
}
