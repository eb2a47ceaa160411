import type pg from "pg";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";
import { matchesPassword } from "./matches-password.ts";
import { setOrder } from "./set-order.ts";

const QUERY = `
  SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolcanlogin AS login, r.rolreplication AS replication,
    r.rolbypassrls AS "bypassRowLevelSecurity", r.rolconnlimit AS "connectionLimit",
    CASE WHEN COALESCE(r.rolvaliduntil, 'infinity') = $2::pg_catalog.timestamptz THEN $2::pg_catalog.text
      ELSE COALESCE(r.rolvaliduntil::pg_catalog.text, 'infinity') END AS "validUntil",
    ARRAY(SELECT pg_catalog.pg_get_userbyid(m.roleid)::pg_catalog.text
          FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid) AS roles,
    COALESCE(r.rolconfig, '{}') AS config
  FROM pg_catalog.pg_roles r WHERE r.rolname = $1`;

interface RoleRow extends PropertyMap {
  readonly roles: readonly string[];
  readonly config: readonly string[];
}

/**
 * The outputs of a role.
 * @param known its name, and what the server does not tell
 * @param readsPasswords whether the user may read `pg_authid`
 * @returns undefined when there is no such role
 */
export async function readRole(
  client: pg.Client,
  known: PropertyMap,
  readsPasswords: boolean,
): Promise<PropertyMap | undefined> {
  const { rows } = await client.query<RoleRow>(QUERY, [known.name, known.validUntil ?? "infinity"]);
  const [row] = rows;
  if (!row) return undefined;
  const { config, ...attributes } = row;
  const settings = new Map(config.map((entry) => split(entry)));
  const timeout = (name: string): number => Number.parseInt(settings.get(name) ?? "0", 10);
  const { skipDropRole = false, skipReassignOwned = false, passwordWoVersion = null } = known;
  return {
    ...attributes,
    id: known.name ?? "",
    roles: setOrder(row.roles),
    searchPaths: settings.get("search_path")?.split(", ").map(unquoted) ?? [],
    statementTimeout: timeout("statement_timeout"),
    idleInTransactionSessionTimeout: timeout("idle_in_transaction_session_timeout"),
    assumeRole: unquoted(settings.get("role") ?? ""),
    password: await readPassword(client, known, readsPasswords && attributes.login === true),
    ...{ passwordWo: null, passwordWoVersion, encrypted: null, encryptedPassword: true },
    ...{ skipDropRole, skipReassignOwned },
  };
}

/** The password as it is known where it still is that; else what the server keeps of another one. */
async function readPassword(
  client: pg.Client,
  known: PropertyMap,
  isReadable: boolean,
): Promise<string | null> {
  const password = typeof known.password === "string" ? known.password : null;
  if (password === null || !isReadable) return password;
  const { rows } = await client.query<{ rolpassword: string | null }>(
    "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1",
    [known.name],
  );
  const verifier = rows[0]?.rolpassword ?? "";
  return matchesPassword(verifier, String(known.name), password) ? password : verifier;
}

function split(entry: string): [string, string] {
  const at = entry.indexOf("=");
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
