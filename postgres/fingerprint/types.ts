import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const LABELS = `(SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid)`;

const ATTRIBUTES = `(SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attcollation <> at.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END), ', ' ORDER BY a.attnum)
    FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
   WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)`;

const DOMAIN = `concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
    CASE WHEN t.typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || t.typdefault)`;

const RANGE = `concat_ws(', ', 'of ' || format_type(r.rngsubtype, NULL),
    (SELECT 'operator class ' || quote_ident(n.nspname) || '.' || quote_ident(o.opcname)
       FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = r.rngsubopc),
    CASE WHEN r.rngcollation <> 0 THEN 'collation ' || r.rngcollation::regcollation END,
    CASE WHEN r.rngcanonical <> 0 THEN 'canonical ' || r.rngcanonical::regproc END,
    CASE WHEN r.rngsubdiff <> 0 THEN 'difference ' || r.rngsubdiff::regproc END,
    'multirange ' || format_type(r.rngmultitypid, NULL))`;

const BASE = `concat_ws(', ', 'input ' || t.typinput, 'output ' || t.typoutput, 'receive ' || t.typreceive,
    'send ' || t.typsend, 'modifier input ' || t.typmodin, 'modifier output ' || t.typmodout, 'analyze ' || t.typanalyze,
    'length ' || t.typlen, 'by value ' || t.typbyval, 'alignment ' || t.typalign::text, 'storage ' || t.typstorage::text,
    'category ' || t.typcategory::text, 'preferred ' || t.typispreferred, 'delimiter ' || t.typdelim::text,
    'collatable ' || (t.typcollation <> 0), 'default ' || t.typdefault,
    CASE WHEN t.typelem <> 0 THEN 'element ' || format_type(t.typelem, NULL) END)`;

/** Kinds `enum`, `domain`, `composite type`, `range type`, `base type`. */
export const types: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type'
                WHEN 'r' THEN 'range type' ELSE 'base type' END AS kind,
           ${qualified("n.nspname", "t.typname")} AS name,
           CASE t.typtype WHEN 'e' THEN ${LABELS} WHEN 'd' THEN ${DOMAIN} WHEN 'c' THEN '(' || coalesce(${ATTRIBUTES}, '') || ')'
                WHEN 'r' THEN ${RANGE} WHEN 'p' THEN 'shell' ELSE ${BASE} END AS definition,
           NULL::text[] AS roles
      FROM pg_type t
      JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_type b ON b.oid = t.typbasetype
      LEFT JOIN pg_range r ON r.rngtypid = t.oid
      LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE ${inUserSchema("t.typnamespace")} AND ${notFromExtension("pg_type", "t.oid")}
       AND t.typtype <> 'm' AND (t.typtype <> 'c' OR c.relkind = 'c')
       AND NOT (t.typelem <> 0 AND t.typsubscript = 'array_subscript_handler'::regproc AND t.typlen = -1
                AND EXISTS (SELECT FROM pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid))`,
};
