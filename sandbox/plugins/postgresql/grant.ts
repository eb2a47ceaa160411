import pg from "pg";
import { isList, type PropertyMap } from "../../engine/protocol/property-value.ts";
import { setOrder } from "./set-order.ts";

const { escapeIdentifier } = pg;

/** By type of object, what may be granted on it. @see https://www.postgresql.org/docs/current/ddl-priv.html */
export const PRIVILEGES: Readonly<Record<string, readonly string[]>> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  schema: ["CREATE", "USAGE"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  function: ["EXECUTE"],
};

/** The inputs of a grant, checked. */
export interface Grant {
  /** `public` stands for everybody. */
  readonly role: string;
  readonly database: string;
  readonly schema?: string;
  /** A key of PRIVILEGES. */
  readonly objectType: string;
  /** Names in the schema; none: all that there are. */
  readonly objects: readonly string[];
  /** `ALL`, or of PRIVILEGES. */
  readonly privileges: readonly string[];
  readonly withGrantOption: boolean;
}

export function grantOf(properties: PropertyMap): Grant {
  const { role, database, schema, objectType, objects, privileges, withGrantOption } = properties;
  return {
    ...{ role: String(role), database: String(database), objectType: String(objectType) },
    ...(schema ? { schema: String(schema) } : {}),
    objects: isList(objects) ? setOrder(objects.map(String)) : [],
    privileges: isList(privileges) ? privileges.map((one) => String(one).toUpperCase()) : [],
    withGrantOption: withGrantOption === true,
  };
}

/** Takes everything away and gives what is granted: nobody sees the moment between in a transaction. */
export function grantStatements(grant: Grant): string[] {
  const { privileges, withGrantOption } = grant;
  if (privileges.length === 0) return [revokeStatement(grant)];
  const option = withGrantOption ? " WITH GRANT OPTION" : "";
  return [
    revokeStatement(grant),
    `GRANT ${privileges.join(", ")} ON ${target(grant)} TO ${grantee(grant)}${option}`,
  ];
}

export function revokeStatement(grant: Grant): string {
  return `REVOKE ALL PRIVILEGES ON ${target(grant)} FROM ${grantee(grant)}`;
}

function target({ database, schema = "", objectType, objects }: Grant): string {
  const word = objectType.toUpperCase();
  if (objectType === "database") return `DATABASE ${escapeIdentifier(database)}`;
  if (objectType === "schema") return `SCHEMA ${escapeIdentifier(schema)}`;
  if (objects.length === 0) return `ALL ${word}S IN SCHEMA ${escapeIdentifier(schema)}`;
  const names = objects.map((name) => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`);
  return `${word} ${names.join(", ")}`;
}

function grantee({ role }: Grant): string {
  return role.toLowerCase() === "public" ? "PUBLIC" : escapeIdentifier(role);
}
