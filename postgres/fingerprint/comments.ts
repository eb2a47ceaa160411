import type { FingerprintQuery } from "./query.ts";

/** Objects that live in no schema; for all others the first part of the address is the schema. */
const NO_SCHEMA =
  "('extension', 'language', 'cast', 'access method', 'publication', 'foreign-data wrapper', 'server', 'event trigger', 'transform', 'large object', 'role', 'database', 'tablespace', 'subscription')";

/** Catalogs whose rows come from the server itself or from extensions have comments of their own. */
const USERS_OWN = (
  alias: string,
) => `(${alias}.objoid >= 16384 OR ${alias}.classoid = 'pg_namespace'::regclass)
   AND ${alias}.classoid <> 'pg_extension'::regclass
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${alias}.classoid AND e.objid = ${alias}.objoid AND e.deptype = 'e')`;

/** The schema that holds the object, as an oid; what belongs to a relation has the relation's. */
const SCHEMA = `CASE d.classoid WHEN 'pg_type'::regclass THEN (SELECT t.typnamespace FROM pg_type t WHERE t.oid = d.objoid)
    WHEN 'pg_constraint'::regclass THEN (SELECT k.connamespace FROM pg_constraint k WHERE k.oid = d.objoid)
    WHEN 'pg_namespace'::regclass THEN d.objoid
    ELSE to_regnamespace(quote_ident((pg_identify_object_as_address(d.classoid, d.objoid, d.objsubid)).object_names[1])) END`;

function described(catalog: string, text: string, kind: string, label: string): string {
  return `
    SELECT '${kind}' AS kind, i.type || ' ' || i.identity || ${label} AS name, ${text} AS definition, NULL::text[] AS roles, i.type, ${SCHEMA} AS schema
      FROM ${catalog} d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
     WHERE ${USERS_OWN("d")}`;
}

/** Kinds `comment` and `security label`. Those of databases and roles belong to kinds `database` and `role`. */
export const comments: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT kind, name, definition, roles FROM (
      ${described("pg_description", "d.description", "comment", "''")}
      UNION ALL
      ${described("pg_seclabel", "d.label", "security label", "' for ' || d.provider")}) c
     WHERE c.type IN ${NO_SCHEMA} OR ${inUserSchema("c.schema")}`,
};
