import type pg from "pg";

/** One row of pg_class, with what decides about its rows. */
export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `relkind`: r table, p partitioned, v view, m materialized view, f foreign table, S sequence, c composite. */
  readonly kind: string;
  /** `relpersistence`: p permanent, u unlogged, t temporary. */
  readonly persistence: string;
  readonly isPartition: boolean;
  readonly accessMethod: string | null;
  /** Parent oids: partitioned root or inheritance parents. */
  readonly parents: readonly number[];
  /** For a sequence: tables with a column that owns it or takes its default from it. */
  readonly ownerTables: readonly number[];
  /** The extension it is a member of. */
  readonly extension: string | null;
  /** True when the extension marks the relation for dumping (pg_extension_config_dump). */
  readonly isExtensionConfig: boolean;
  readonly condition: string | null;
  /** For a partitioned table: rows are spread by the hash of an enum, whose values have other numbers in every database. */
  readonly hashesEnum: boolean;
  readonly columns: readonly string[];
  /** True when the role may read its rows. */
  readonly readable: boolean;
  readonly heapBytes: number;
  readonly totalBytes: number;
  readonly pages: number;
}

const SQL = `
WITH config AS (
  SELECT u.relid, u.condition
    FROM pg_catalog.pg_extension e,
         LATERAL ROWS FROM (pg_catalog.unnest(e.extconfig), pg_catalog.unnest(e.extcondition)) AS u(relid, condition)
), member AS (
  SELECT d.objid, e.extname::pg_catalog.text AS extname
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND e.oid = d.refobjid
   WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0 AND d.deptype = 'e'
), parents AS (
  SELECT inhrelid, pg_catalog.array_agg(inhparent::pg_catalog.int8 ORDER BY inhseqno) AS oids
    FROM pg_catalog.pg_inherits GROUP BY inhrelid
), owners AS (
  SELECT objid, pg_catalog.array_agg(relid::pg_catalog.int8) AS oids FROM (
    SELECT objid, refobjid AS relid FROM pg_catalog.pg_depend
     WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
       AND deptype IN ('a', 'i') AND refobjsubid > 0
    UNION
    SELECT d.refobjid, a.adrelid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
     WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass) o
   GROUP BY objid
), hashes_enum AS (
  SELECT partrelid FROM pg_catalog.pg_partitioned_table
   WHERE partstrat = 'h' AND EXISTS (SELECT FROM pg_catalog.pg_opclass o
          WHERE o.oid = ANY (partclass) AND o.opcintype = 'pg_catalog.anyenum'::pg_catalog.regtype)
), columns AS (
  SELECT attrelid, pg_catalog.array_agg(attname::pg_catalog.text ORDER BY attnum) AS names
    FROM pg_catalog.pg_attribute
   WHERE attnum > 0 AND NOT attisdropped AND attgenerated = ''
   GROUP BY attrelid
)
SELECT c.oid::pg_catalog.text AS oid, n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
       c.relkind::pg_catalog.text AS kind, c.relpersistence::pg_catalog.text AS persistence, c.relispartition AS is_partition,
       am.amname::pg_catalog.text AS access_method,
       COALESCE(parents.oids, '{}')::pg_catalog.text[] AS parents,
       CASE WHEN c.relkind = 'S' THEN COALESCE(owners.oids, '{}') ELSE '{}' END::pg_catalog.text[] AS owner_tables,
       member.extname AS extension, config.relid IS NOT NULL AS is_extension_config, config.condition,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
       hashes_enum.partrelid IS NOT NULL AS hashes_enum, COALESCE(columns.names, '{}') AS columns,
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END::pg_catalog.text AS heap_bytes,
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END::pg_catalog.text AS total_bytes,
       pg_catalog.current_setting('block_size') AS block_size
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  LEFT JOIN parents ON parents.inhrelid = c.oid
  LEFT JOIN owners ON owners.objid = c.oid
  LEFT JOIN member ON member.objid = c.oid
  LEFT JOIN config ON config.relid = c.oid
  LEFT JOIN hashes_enum ON hashes_enum.partrelid = c.oid
  LEFT JOIN columns ON columns.attrelid = c.oid
 WHERE c.relkind NOT IN ('i', 'I', 't') AND n.nspname !~ '^pg_(catalog|toast|temp_.*|toast_temp_.*)$'
   AND n.nspname NOT IN ('information_schema', 'holdfast_restore')
 ORDER BY n.nspname::pg_catalog.text COLLATE "C", c.relname::pg_catalog.text COLLATE "C"`;

interface Raw {
  oid: string;
  schema: string;
  name: string;
  kind: string;
  persistence: string;
  is_partition: boolean;
  access_method: string | null;
  parents: string[];
  owner_tables: string[];
  extension: string | null;
  is_extension_config: boolean;
  condition: string | null;
  hashes_enum: boolean;
  columns: string[];
  readable: boolean;
  heap_bytes: string | null;
  total_bytes: string | null;
  block_size: string;
}

function toRelation(raw: Raw): RelationRow {
  const heapBytes = Number(raw.heap_bytes ?? 0);
  return {
    oid: Number(raw.oid),
    schema: raw.schema,
    name: raw.name,
    kind: raw.kind,
    persistence: raw.persistence,
    isPartition: raw.is_partition,
    accessMethod: raw.access_method,
    parents: raw.parents.map(Number),
    ownerTables: raw.owner_tables.map(Number),
    extension: raw.extension,
    isExtensionConfig: raw.is_extension_config,
    condition: raw.condition,
    hashesEnum: raw.hashes_enum,
    columns: raw.columns,
    readable: raw.readable,
    heapBytes,
    totalBytes: Number(raw.total_bytes ?? 0),
    pages: Math.ceil(heapBytes / Number(raw.block_size)),
  };
}

/** Reads every relation of the database outside the system's own schemas, sorted by schema and name. */
export async function readRelations(client: pg.Client): Promise<RelationRow[]> {
  const result = await client.query<Raw>(SQL);
  return result.rows.map(toRelation);
}
