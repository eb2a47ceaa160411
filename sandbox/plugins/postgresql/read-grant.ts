import type pg from "pg";
import type { Grant } from "./grant.ts";

/** By type of object: name, access list and owner of each that the grant is about. */
const OBJECTS: Readonly<Record<string, string>> = {
  database: `SELECT datname AS name, datacl AS acl, datdba AS owner, 'd' AS kind
    FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database() AND $2::pg_catalog.text IS NULL`,
  schema: `SELECT nspname, nspacl, nspowner, 'n' FROM pg_catalog.pg_namespace WHERE nspname = $2`,
  table: `SELECT relname, relacl, relowner, 'r' FROM pg_catalog.pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $2)`,
  sequence: `SELECT relname, relacl, relowner, 's' FROM pg_catalog.pg_class
    WHERE relkind = 'S' AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $2)`,
  function: `SELECT proname, proacl, proowner, 'f' FROM pg_catalog.pg_proc
    WHERE prokind IN ('f', 'w') AND pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $2)`,
};

const EXISTS = `SELECT FROM (VALUES (1)) AS one
  WHERE ($1 = 'public' OR EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1))
    AND ($2::pg_catalog.text IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $2))`;

interface ObjectRow {
  readonly name: string;
  readonly granted: readonly string[];
  readonly possible: readonly string[];
}

/**
 * What the role may do today. On a database or schema, just that; on all objects of a schema, what was granted where
 * it still holds for each of them, and nothing where one has lost or gained some: then all are to be granted anew.
 * @param client connected to the grant's database
 * @returns undefined when role or schema does not exist
 */
export async function readGrant(client: pg.Client, grant: Grant): Promise<readonly string[] | undefined> {
  const role = grant.role.toLowerCase() === "public" ? "public" : grant.role;
  const schema = grant.schema ?? null;
  const { rowCount } = await client.query(EXISTS, [role, schema]);
  if (rowCount === 0) return undefined;
  const { rows } = await client.query<ObjectRow>(privilegesQuery(OBJECTS[grant.objectType] ?? ""), [
    role,
    schema,
  ]);
  const objects = rows.filter(({ name }) => grant.objects.length === 0 || grant.objects.includes(name));
  const [only] = objects;
  if (only && (grant.objectType === "database" || grant.objectType === "schema"))
    return isAsGranted(only, grant) ? grant.privileges : only.granted;
  const isComplete = grant.objects.every((name) => objects.some((object) => object.name === name));
  return isComplete && objects.every((object) => isAsGranted(object, grant)) ? grant.privileges : [];
}

function isAsGranted({ granted, possible }: ObjectRow, { privileges }: Grant): boolean {
  const desired = privileges.includes("ALL") ? possible : privileges;
  return granted.length === new Set(desired).size && granted.every((one) => desired.includes(one));
}

function privilegesQuery(objects: string): string {
  return `
  WITH object (name, acl, owner, kind) AS (${objects})
  SELECT name::pg_catalog.text AS name,
    ARRAY(SELECT DISTINCT privilege_type
          FROM pg_catalog.aclexplode(CASE WHEN $1 = 'public'
            THEN COALESCE(acl, pg_catalog.acldefault(kind::"char", owner)) ELSE acl END)
          WHERE grantee = CASE WHEN $1 = 'public' THEN 0
            ELSE (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1) END) AS granted,
    ARRAY(SELECT DISTINCT privilege_type FROM pg_catalog.aclexplode(pg_catalog.acldefault(kind::"char", owner))
          WHERE grantee = owner) AS possible
  FROM object`;
}
