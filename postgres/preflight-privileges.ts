import pg from "pg";
import type { Catalog } from "./catalog.ts";
import { qualifiedName } from "./copy-sql.ts";
import type { PreflightProblem } from "./preflight-problem.ts";

/** With more objects than this one statement for all is given instead of one each. */
const LISTED_LARGE_OBJECTS = 10;

interface TableState {
  schema: string;
  name: string;
  selectable: boolean;
  filtered: boolean;
  owner: string;
  forced: boolean;
}

async function roleName(client: pg.Client): Promise<string> {
  const result = await client.query<{ role: string }>("SELECT current_user::pg_catalog.text AS role");
  return pg.escapeIdentifier(result.rows[0]?.role ?? "");
}

async function schemaProblems(
  client: pg.Client,
  catalog: Catalog,
  role: string,
): Promise<PreflightProblem[]> {
  const schemas = [
    ...new Set(
      [...catalog.tables, ...catalog.sequences, ...catalog.unreadableSequences].map(
        (object) => object.schema,
      ),
    ),
  ];
  const result = await client.query<{ schema: string }>(
    `SELECT nspname::pg_catalog.text AS schema FROM pg_catalog.pg_namespace
      WHERE nspname = ANY ($1::pg_catalog.name[]) AND NOT pg_catalog.has_schema_privilege(oid, 'USAGE')
      ORDER BY nspname::pg_catalog.text COLLATE "C"`,
    [schemas],
  );
  return result.rows.map(({ schema }) => ({
    what: `schema ${pg.escapeIdentifier(schema)}`,
    why: `role ${role} may not look into it`,
    fix: `GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${role};`,
    blocking: true,
  }));
}

function tableProblem(table: TableState, role: string): PreflightProblem[] {
  const name = qualifiedName(table);
  if (!table.selectable) {
    return [
      {
        what: `table ${name}`,
        why: `role ${role} may not read it`,
        fix: `GRANT SELECT ON TABLE ${name} TO ${role};`,
        blocking: true,
      },
    ];
  }
  if (!table.filtered) return [];
  return [
    {
      what: `table ${name}`,
      why: `its row-level security would hide rows from role ${role}, so reading it is refused`,
      fix: table.forced
        ? `ALTER ROLE ${role} BYPASSRLS;`
        : `ALTER ROLE ${role} BYPASSRLS; or connect as its owner ${pg.escapeIdentifier(table.owner)}`,
      blocking: true,
    },
  ];
}

async function tableProblems(client: pg.Client, catalog: Catalog, role: string): Promise<PreflightProblem[]> {
  const result = await client.query<TableState>(
    `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
            pg_catalog.has_table_privilege(c.oid, 'SELECT') AS selectable,
            c.relrowsecurity AND pg_catalog.row_security_active(c.oid) AS filtered,
            pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text AS owner, c.relforcerowsecurity AS forced
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ANY ($1::pg_catalog.oid[])
      ORDER BY n.nspname::pg_catalog.text COLLATE "C", c.relname::pg_catalog.text COLLATE "C"`,
    [catalog.tables.map((table) => table.oid)],
  );
  return result.rows.flatMap((table) => tableProblem(table, role));
}

function sequenceProblems(catalog: Catalog, role: string): PreflightProblem[] {
  return catalog.unreadableSequences.map((sequence) => ({
    what: `sequence ${qualifiedName(sequence)}`,
    why: `role ${role} may not read where it stands`,
    fix: `GRANT SELECT ON SEQUENCE ${qualifiedName(sequence)} TO ${role};`,
    blocking: true,
  }));
}

async function largeObjectProblems(
  client: pg.Client,
  catalog: Catalog,
  role: string,
): Promise<PreflightProblem[]> {
  if (catalog.largeObjects.count === 0) return [];
  const result = await client.query<{ oid: string }>(
    `SELECT m.oid::pg_catalog.text AS oid FROM pg_catalog.pg_largeobject_metadata m
      WHERE NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE')
        AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
        AND NOT pg_catalog.current_setting('lo_compat_privileges')::pg_catalog.bool
        AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(m.lomacl) a
                         WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
      ORDER BY m.oid`,
  );
  const why = `role ${role} may not read it`;
  if (result.rows.length > LISTED_LARGE_OBJECTS) {
    const all = `FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO ${role.replaceAll("'", "''")}', o.oid); END LOOP;`;
    return [
      {
        what: `${result.rows.length} large objects`,
        why,
        fix: `DO $holdfast$ DECLARE o record; BEGIN ${all} END $holdfast$;`,
        blocking: true,
      },
    ];
  }
  return result.rows.map(({ oid }) => ({
    what: `large object ${oid}`,
    why,
    fix: `GRANT SELECT ON LARGE OBJECT ${oid} TO ${role};`,
    blocking: true,
  }));
}

/** Every privilege that the role lacks to read what the catalog lists, each with its GRANT. */
export async function privilegeProblems(client: pg.Client, catalog: Catalog): Promise<PreflightProblem[]> {
  const role = await roleName(client);
  return [
    ...(await schemaProblems(client, catalog, role)),
    ...(await tableProblems(client, catalog, role)),
    ...sequenceProblems(catalog, role),
    ...(await largeObjectProblems(client, catalog, role)),
  ];
}
