import { createHash } from "node:crypto";
import { psql, runClient } from "./psql.ts";

export interface CompareOptions {
  /** Further arguments of pg_dump for both, e.g. `--exclude-schema=auth`. */
  readonly dumpArguments?: readonly string[];
  /** Leaves out schemas whose name matches this POSIX expression. @default the server's own */
  readonly withoutSchemas?: string;
  /** Folder of the programs that read both. @default that of the shared server */
  readonly binDirectory?: string;
}

type Digests = ReadonlyMap<string, string>;

/**
 * What differs between two databases, found without any code of the product: pg_dump's schema text entry by entry,
 * every row of every table as COPY writes it, sequences, large objects and the database's own properties, all through
 * PostgreSQL's clients. Empty: equal.
 */
export async function compareDatabases(
  one: string,
  other: string,
  options: CompareOptions = {},
): Promise<string[]> {
  const parts = [schemaEntries, tableRows, properties];
  const found = await Promise.all(
    parts.map(async (read) => differences(await read(one, options), await read(other, options))),
  );
  return found.flat();
}

function differences(one: Digests, other: Digests): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names]
    .filter((name) => one.get(name) !== other.get(name))
    .map((name) => `${name}: ${clip(one.get(name))} / ${clip(other.get(name))}`);
}

const clip = (text = "absent"): string => text.replaceAll(/\s+/g, " ").slice(0, 400);

/** The entries of pg_dump, each by its own header: their order may depend on numbers that a restore does not keep. */
async function schemaEntries(url: string, options: CompareOptions): Promise<Digests> {
  const args = ["--schema-only", "--exclude-schema=holdfast_restore", ...(options.dumpArguments ?? [])];
  const dump = await runClient("pg_dump", url, args, options);
  const entries = new Map<string, string>();
  for (const part of dump.split(/^--\n-- (?=(?:Data for )?Name: )/m).slice(1)) {
    const end = part.indexOf("\n--\n");
    const header = part.slice(0, end);
    const body = part
      .slice(end + 4)
      .replaceAll(/^(?:-- (?:Dumped|PostgreSQL|Completed)|\\(?:un)?restrict ).*\n|^--\n/gm, "");
    // Entries may share a header (two functions whose arguments are alike in short).
    entries.set(header, [entries.get(header) ?? "", body.trim()].sort().join("\n").trim());
  }
  return entries;
}

const TABLES = `
SELECT json_build_object('name', name, 'sql', format('COPY (SELECT %s FROM %s%s AS t) TO STDOUT', columns, CASE WHEN kind = 'r' THEN 'ONLY ' END, name))
  FROM (SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind,
               (SELECT string_agg('t.' || quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C")
                  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE NOT c.relispartition AND (c.relkind IN ('r', 'p') OR c.relkind = 'm' AND c.relispopulated)
           AND c.relpersistence <> 't' AND n.nspname !~ :'without') AS t;`;

const SYSTEM_SCHEMAS = "^(pg_.*|information_schema|holdfast_restore)$";
const MARK = "@@ rows of table ";
/** A database without an encoding of its own hands out bytes as they are. */
const SESSION = `
SET search_path TO ''; SET extra_float_digits TO 3; SET TimeZone TO 'UTC'; SET lc_monetary TO 'C'; SET row_security TO off;
SELECT current_setting('server_encoding') = 'SQL_ASCII' AS bytes
\\gset
\\if :bytes
SET client_encoding TO SQL_ASCII;
\\endif
`;

/** Of each table count and digest of its sorted rows; partitions through their root, whatever partition they are in. */
async function tableRows(url: string, options: CompareOptions): Promise<Digests> {
  const variables = { without: options.withoutSchemas ?? SYSTEM_SCHEMAS };
  const list = await psql(url, TABLES, { ...options, variables });
  const tables = list
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { readonly name: string; readonly sql: string });
  const script = tables.map(({ sql }, index) => `\\echo '${MARK}${index}'\n${sql};`);
  const output = await psql(url, [SESSION, ...script].join("\n"), { ...options, encoding: "latin1" });
  const parts = output.split(MARK).slice(1);
  return new Map(
    parts.map((part) => {
      const [index, ...rows] = part.replace(/\n$/, "").split("\n");
      const digest = createHash("md5").update(rows.sort().join("\n")).digest("hex");
      return [`rows of ${tables[Number(index)]?.name}`, `${rows.length} rows, ${digest}`];
    }),
  );
}

const ACL = (
  acl: string,
) => `(SELECT string_agg(concat(coalesce(nullif(g.grantee, 0)::regrole::text, 'public'), '=', g.privilege_type, CASE WHEN g.is_grantable THEN '*' END), ' '
   ORDER BY g.grantee::regrole::text, g.privilege_type) FROM aclexplode(${acl}) g)`;

const PROPERTIES = `
SELECT format('SELECT %L, last_value || '' '' || is_called FROM %I.%I', format('sequence %I.%I', n.nspname, c.relname), n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname !~ :'without'
\\gexec
SELECT 'large object ' || m.oid, concat_ws(' ', md5(lo_get(m.oid)), length(lo_get(m.oid)), 'of', m.lomowner::regrole, ${ACL("m.lomacl")}, obj_description(m.oid, 'pg_largeobject'))
  FROM pg_largeobject_metadata m;
SELECT 'setting of ' || s.setrole::regrole, array_to_string(ARRAY(SELECT x FROM unnest(s.setconfig) x ORDER BY 1), ' ; ')
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database();
SELECT 'the database', concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, ${ACL("datacl")}, shobj_description(oid, 'pg_database'))
  FROM pg_database WHERE datname = current_database();`;

/** Sequences, large objects, settings: one line each. */
async function properties(url: string, options: CompareOptions): Promise<Digests> {
  const variables = { without: options.withoutSchemas ?? SYSTEM_SCHEMAS };
  const lines = (await psql(url, SESSION + PROPERTIES, { ...options, variables })).split("\n");
  return new Map(
    lines
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.lastIndexOf("|")), line.slice(line.lastIndexOf("|") + 1)]),
  );
}
