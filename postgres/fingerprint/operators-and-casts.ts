import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const routine = (oid: string) => `CASE WHEN ${oid} <> 0 THEN ${oid}::regprocedure::text END`;
const operator = (oid: string) => `CASE WHEN ${oid} <> 0 THEN ${oid}::regoperator::text END`;

const OPERATOR = `concat_ws(', ', 'returns ' || format_type(o.oprresult, NULL), 'function ' || ${routine("o.oprcode")},
    'commutator ' || ${operator("o.oprcom")}, 'negator ' || ${operator("o.oprnegate")}, 'restrict ' || ${routine("o.oprrest")},
    'join ' || ${routine("o.oprjoin")}, CASE WHEN o.oprcanmerge THEN 'merges' END, CASE WHEN o.oprcanhash THEN 'hashes' END)`;

const FAMILY_OPERATORS = `(SELECT string_agg(concat_ws(' ', 'operator', a.amopstrategy, a.amopopr::regoperator,
      CASE WHEN a.amopsortfamily <> 0 THEN 'for order by' END), ', ' ORDER BY a.amopstrategy, a.amopopr::regoperator::text COLLATE "C")
    FROM pg_amop a WHERE a.amopfamily = f.oid)`;

const FAMILY_FUNCTIONS = `(SELECT string_agg(concat_ws(' ', 'function', a.amprocnum, '(' || format_type(a.amproclefttype, NULL) || ', '
      || format_type(a.amprocrighttype, NULL) || ')', a.amproc::regprocedure), ', '
      ORDER BY a.amprocnum, format_type(a.amproclefttype, NULL) COLLATE "C", format_type(a.amprocrighttype, NULL) COLLATE "C")
    FROM pg_amproc a WHERE a.amprocfamily = f.oid)`;

/** Kinds `operator`, `operator class`, `operator family`, `cast`, `transform`, `access method`, `language`. */
export const operatorsAndCasts: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT 'operator' AS kind, o.oid::regoperator::text AS name, ${OPERATOR} AS definition, NULL::text[] AS roles
      FROM pg_operator o
     WHERE ${inUserSchema("o.oprnamespace")} AND ${notFromExtension("pg_operator", "o.oid")} AND o.oprcode <> 0
    UNION ALL
    SELECT 'operator class', ${qualified("n.nspname", "o.opcname")} || ' using ' || m.amname,
           concat_ws(', ', 'for ' || format_type(o.opcintype, NULL), CASE WHEN o.opcdefault THEN 'default' END,
                     'family ' || ${qualified("fn.nspname", "f.opfname")},
                     CASE WHEN o.opckeytype <> 0 THEN 'storage ' || format_type(o.opckeytype, NULL) END), NULL
      FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
      JOIN pg_opfamily f ON f.oid = o.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
     WHERE ${inUserSchema("o.opcnamespace")} AND ${notFromExtension("pg_opclass", "o.oid")}
    UNION ALL
    SELECT 'operator family', ${qualified("n.nspname", "f.opfname")} || ' using ' || m.amname,
           concat_ws(', ', ${FAMILY_OPERATORS}, ${FAMILY_FUNCTIONS}), NULL
      FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
     WHERE ${inUserSchema("f.opfnamespace")} AND ${notFromExtension("pg_opfamily", "f.oid")}
    UNION ALL
    SELECT 'cast', format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL),
           concat_ws(', ', CASE c.castmethod WHEN 'i' THEN 'by input and output' WHEN 'b' THEN 'without function' ELSE 'function ' || ${routine("c.castfunc")} END,
                     CASE c.castcontext WHEN 'a' THEN 'in assignments' WHEN 'i' THEN 'implicit' END), NULL
      FROM pg_cast c
     WHERE c.oid >= 16384 AND ${notFromExtension("pg_cast", "c.oid")}
    UNION ALL
    SELECT 'transform', format_type(t.trftype, NULL) || ' for ' || quote_ident(l.lanname),
           concat_ws(', ', 'from ' || ${routine("t.trffromsql")}, 'to ' || ${routine("t.trftosql")}), NULL
      FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
     WHERE ${notFromExtension("pg_transform", "t.oid")}
    UNION ALL
    SELECT 'access method', quote_ident(m.amname), m.amtype::text || ' ' || m.amhandler::regproc, NULL
      FROM pg_am m WHERE m.oid >= 16384 AND ${notFromExtension("pg_am", "m.oid")}
    UNION ALL
    SELECT 'language', quote_ident(l.lanname), concat_ws(', ', CASE WHEN l.lanpltrusted THEN 'trusted' END,
           'handler ' || ${routine("l.lanplcallfoid")}, 'inline ' || ${routine("l.laninline")}, 'validator ' || ${routine("l.lanvalidator")}), NULL
      FROM pg_language l WHERE l.oid >= 16384 AND ${notFromExtension("pg_language", "l.oid")}`,
};
