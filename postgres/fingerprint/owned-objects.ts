import { type FingerprintContext, notFromExtension, qualified } from "./query.ts";

/** One class of objects that have an owner or privileges, as a query part. */
interface ObjectClass {
  readonly catalog: string;
  /** `x` is the catalog's row, `n` its schema's. */
  readonly label: string;
  readonly schema?: string;
  readonly owner: string;
  /** Absent when the class has no privileges. */
  readonly acl?: string;
  /** Letter for `acldefault()`, or an expression that gives it. */
  readonly aclType?: string;
  readonly condition?: string;
}

const RELATION_LABEL = `CASE x.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence '
   WHEN 'c' THEN 'type ' ELSE 'table ' END || ${qualified("n.nspname", "x.relname")}`;

const named = (word: string, column: string) => `'${word} ' || ${qualified("n.nspname", column)}`;

/** Row types, array types and multirange types follow the object that made them. */
const OWN_TYPE = `x.typtype <> 'm' AND (x.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = x.typrelid AND c.relkind = 'c'))
   AND NOT EXISTS (SELECT FROM pg_type el WHERE el.oid = x.typelem AND el.typarray = x.oid)`;

export const OBJECT_CLASSES: readonly ObjectClass[] = [
  {
    catalog: "pg_namespace",
    label: `'schema ' || quote_ident(x.nspname)`,
    schema: "x.oid",
    owner: "x.nspowner",
    acl: "x.nspacl",
    aclType: `'n'`,
  },
  {
    catalog: "pg_class",
    label: RELATION_LABEL,
    schema: "x.relnamespace",
    owner: "x.relowner",
    acl: "x.relacl",
    aclType: `CASE x.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`,
    condition: "x.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND x.relpersistence <> 't'",
  },
  {
    catalog: "pg_type",
    label: named("type", "x.typname"),
    schema: "x.typnamespace",
    owner: "x.typowner",
    acl: "x.typacl",
    aclType: `'T'`,
    condition: OWN_TYPE,
  },
  {
    catalog: "pg_proc",
    label: `'function ' || ${qualified("n.nspname", "x.proname")} || '(' || pg_get_function_identity_arguments(x.oid) || ')'`,
    schema: "x.pronamespace",
    owner: "x.proowner",
    acl: "x.proacl",
    aclType: `'f'`,
    condition: `NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = x.oid AND i.deptype = 'i')`,
  },
  {
    catalog: "pg_language",
    label: `'language ' || quote_ident(x.lanname)`,
    owner: "x.lanowner",
    acl: "x.lanacl",
    aclType: `'l'`,
    condition: "x.lanname NOT IN ('internal', 'c')",
  },
  {
    catalog: "pg_foreign_data_wrapper",
    label: `'foreign data wrapper ' || quote_ident(x.fdwname)`,
    owner: "x.fdwowner",
    acl: "x.fdwacl",
    aclType: `'F'`,
  },
  {
    catalog: "pg_foreign_server",
    label: `'server ' || quote_ident(x.srvname)`,
    owner: "x.srvowner",
    acl: "x.srvacl",
    aclType: `'S'`,
  },
  {
    catalog: "pg_collation",
    label: named("collation", "x.collname"),
    schema: "x.collnamespace",
    owner: "x.collowner",
  },
  {
    catalog: "pg_conversion",
    label: named("conversion", "x.conname"),
    schema: "x.connamespace",
    owner: "x.conowner",
  },
  {
    catalog: "pg_operator",
    label: `'operator ' || x.oid::regoperator`,
    schema: "x.oprnamespace",
    owner: "x.oprowner",
  },
  {
    catalog: "pg_opclass",
    label: `'operator class ' || ${qualified("n.nspname", "x.opcname")} || ' using ' || (SELECT amname FROM pg_am WHERE oid = x.opcmethod)`,
    schema: "x.opcnamespace",
    owner: "x.opcowner",
  },
  {
    catalog: "pg_opfamily",
    label: `'operator family ' || ${qualified("n.nspname", "x.opfname")} || ' using ' || (SELECT amname FROM pg_am WHERE oid = x.opfmethod)`,
    schema: "x.opfnamespace",
    owner: "x.opfowner",
  },
  {
    catalog: "pg_statistic_ext",
    label: named("statistics", "x.stxname"),
    schema: "x.stxnamespace",
    owner: "x.stxowner",
  },
  {
    catalog: "pg_ts_config",
    label: named("text search configuration", "x.cfgname"),
    schema: "x.cfgnamespace",
    owner: "x.cfgowner",
  },
  {
    catalog: "pg_ts_dict",
    label: named("text search dictionary", "x.dictname"),
    schema: "x.dictnamespace",
    owner: "x.dictowner",
  },
  { catalog: "pg_publication", label: `'publication ' || quote_ident(x.pubname)`, owner: "x.pubowner" },
  { catalog: "pg_event_trigger", label: `'event trigger ' || quote_ident(x.evtname)`, owner: "x.evtowner" },
];

/** `FROM … WHERE` of one class: the rows `x` that users or their extensions made, with their schemas `n`. */
export function classRows(objects: ObjectClass, context: FingerprintContext): string {
  const conditions = [
    // Of what initdb made only the schema `public` is dumped.
    objects.catalog === "pg_namespace" ? "(x.oid >= 16384 OR x.nspname = 'public')" : "x.oid >= 16384",
    ...(objects.schema === undefined ? [] : [context.inUserSchema(objects.schema)]),
    ...(objects.condition === undefined ? [] : [objects.condition]),
    ...(context.supabase && objects.schema === undefined
      ? [`pg_get_userbyid(${objects.owner}) !~ '^supabase_'`]
      : []),
  ];
  return `FROM ${objects.catalog} x LEFT JOIN pg_namespace n ON n.oid = ${objects.schema ?? "NULL"} WHERE ${conditions.join(" AND ")}`;
}

/** The same without what extensions brought. */
export function ownClassRows(objects: ObjectClass, context: FingerprintContext): string {
  return `${classRows(objects, context)} AND ${notFromExtension(objects.catalog, "x.oid")}`;
}
