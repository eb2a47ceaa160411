import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const NAME = `${qualified("n.nspname", "p.proname")} || '(' || pg_get_function_identity_arguments(p.oid) || ')'`;

const operatorName = (oid: string) => `CASE WHEN ${oid} <> 0 THEN ${oid}::regoperator::text END`;
const routineName = (oid: string) => `CASE WHEN ${oid} <> 0 THEN ${oid}::regprocedure::text END`;

const AGGREGATE = `concat_ws(', ', 'arguments (' || pg_get_function_arguments(p.oid) || ')', 'kind ' || g.aggkind::text,
    'returns ' || format_type(p.prorettype, NULL), 'parallel ' || p.proparallel::text, 'state function ' || ${routineName("g.aggtransfn")},
    'state ' || format_type(g.aggtranstype, NULL), 'state size ' || g.aggtransspace, 'final ' || ${routineName("g.aggfinalfn")},
    'final extra ' || g.aggfinalextra, 'final modify ' || g.aggfinalmodify::text, 'combine ' || ${routineName("g.aggcombinefn")},
    'serialize ' || ${routineName("g.aggserialfn")}, 'deserialize ' || ${routineName("g.aggdeserialfn")},
    'moving state function ' || ${routineName("g.aggmtransfn")}, 'moving inverse ' || ${routineName("g.aggminvtransfn")},
    CASE WHEN g.aggmtranstype <> 0 THEN 'moving state ' || format_type(g.aggmtranstype, NULL) || ' size ' || g.aggmtransspace END,
    'moving final ' || ${routineName("g.aggmfinalfn")}, CASE WHEN g.aggmfinalfn <> 0 THEN 'moving final extra ' || g.aggmfinalextra || ' modify ' || g.aggmfinalmodify::text END,
    'initial ' || quote_literal(g.agginitval), 'moving initial ' || quote_literal(g.aggminitval), 'sort ' || ${operatorName("g.aggsortop")})`;

/** Kinds `function`, `procedure`, `aggregate`: body, security, settings and all. */
export const routines: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind, ${NAME} AS name,
           CASE WHEN p.prokind = 'a' THEN ${AGGREGATE} ELSE btrim(pg_get_functiondef(p.oid), E'\\n') END AS definition,
           NULL::text[] AS roles
      FROM pg_proc p
      JOIN pg_namespace n ON n.oid = p.pronamespace
      LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
     WHERE ${inUserSchema("p.pronamespace")} AND ${notFromExtension("pg_proc", "p.oid")}
       AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`,
};
