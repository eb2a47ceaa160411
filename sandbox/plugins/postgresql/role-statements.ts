import pg from "pg";
import { isList, type PropertyMap, type PropertyValue } from "../../engine/protocol/property-value.ts";

const { escapeIdentifier, escapeLiteral } = pg;

const FLAGS = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  login: "LOGIN",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
} as const;

/** What a role is that is created without any option. */
const NEW_ROLE: PropertyMap = { inherit: true, connectionLimit: -1, validUntil: "infinity" };

/**
 * The statements that make a role what the inputs say; only what differs, as some attributes are for superusers alone.
 * @param before its outputs; undefined: it is to be made
 */
export function roleStatements(news: PropertyMap, before: PropertyMap | undefined): string[] {
  const role = escapeIdentifier(String(news.name));
  const old = before ?? NEW_ROLE;
  const options = attributes(news, old);
  const alter = `ALTER ROLE ${role}`;
  return [
    ...(before ? [] : [`CREATE ROLE ${role}`]),
    ...(options.length > 0 ? [`${alter} ${options.join(" ")}`] : []),
    ...memberships(role, textsOf(news.roles), textsOf(old.roles)),
    ...setting(alter, "search_path", textsOf(news.searchPaths).map(escapeIdentifier).join(", ")),
    ...setting(alter, "statement_timeout", timeout(news.statementTimeout)),
    ...setting(alter, "idle_in_transaction_session_timeout", timeout(news.idleInTransactionSessionTimeout)),
    ...setting(alter, "role", news.assumeRole ? escapeIdentifier(String(news.assumeRole)) : ""),
  ];
}

function attributes(news: PropertyMap, old: PropertyMap): string[] {
  const flags = Object.entries(FLAGS).flatMap(([key, word]) => {
    const [is, was] = [news[key] === true, old[key] === true];
    return is === was ? [] : [is ? word : `NO${word}`];
  });
  const { connectionLimit, validUntil } = news;
  if (connectionLimit !== old.connectionLimit) flags.push(`CONNECTION LIMIT ${Number(connectionLimit)}`);
  if (validUntil !== old.validUntil) flags.push(`VALID UNTIL ${escapeLiteral(String(validUntil))}`);
  const given = news.password ?? news.passwordWo;
  const isNew = news.password !== undefined && news.password !== old.password;
  const isNewVersion = (news.passwordWoVersion ?? null) !== (old.passwordWoVersion ?? null);
  if (isNew || isNewVersion || old === NEW_ROLE)
    flags.push(...(given === undefined ? [] : [`PASSWORD ${escapeLiteral(String(given))}`]));
  else if (given === undefined && old.password) flags.push("PASSWORD NULL");
  return flags;
}

function memberships(role: string, is: readonly string[], was: readonly string[]): string[] {
  return [
    ...was.filter((one) => !is.includes(one)).map((one) => `REVOKE ${escapeIdentifier(one)} FROM ${role}`),
    ...is.filter((one) => !was.includes(one)).map((one) => `GRANT ${escapeIdentifier(one)} TO ${role}`),
  ];
}

/** @param value empty: the setting is taken away */
function setting(alter: string, name: string, value: string): string[] {
  return [value === "" ? `${alter} RESET ${name}` : `${alter} SET ${name} TO ${value}`];
}

/** @param milliseconds 0, or left out: none */
function timeout(milliseconds: PropertyValue | undefined): string {
  return milliseconds ? String(Number(milliseconds)) : "";
}

function textsOf(value: PropertyValue | undefined): string[] {
  return isList(value) ? value.map(String) : [];
}
