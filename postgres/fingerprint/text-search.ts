import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

/** Token types are numbers of the parser; their names are what a configuration is written with. */
const MAPPINGS = `(SELECT string_agg(m.alias || ' with ' || m.dictionaries, ', ' ORDER BY m.alias COLLATE "C") FROM (
    SELECT k.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
      FROM pg_ts_config_map m JOIN LATERAL ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
     WHERE m.mapcfg = c.oid GROUP BY k.alias) m)`;

/** Kinds `text search configuration`, `… dictionary`, `… parser`, `… template`. */
export const textSearch: FingerprintQuery = {
  sql: ({ inUserSchema }) => `
    SELECT 'text search configuration' AS kind, ${qualified("n.nspname", "c.cfgname")} AS name,
           concat_ws('; ', 'parser ' || ${qualified("pn.nspname", "p.prsname")}, ${MAPPINGS}) AS definition, NULL::text[] AS roles
      FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
      JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
     WHERE ${inUserSchema("c.cfgnamespace")} AND ${notFromExtension("pg_ts_config", "c.oid")}
    UNION ALL
    SELECT 'text search dictionary', ${qualified("n.nspname", "d.dictname")},
           concat_ws('; ', 'template ' || ${qualified("tn.nspname", "t.tmplname")}, d.dictinitoption), NULL
      FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
      JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
     WHERE ${inUserSchema("d.dictnamespace")} AND ${notFromExtension("pg_ts_dict", "d.oid")}
    UNION ALL
    SELECT 'text search parser', ${qualified("n.nspname", "p.prsname")},
           concat_ws(', ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype), NULL
      FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
     WHERE ${inUserSchema("p.prsnamespace")} AND ${notFromExtension("pg_ts_parser", "p.oid")}
    UNION ALL
    SELECT 'text search template', ${qualified("n.nspname", "t.tmplname")}, concat_ws(', ', t.tmplinit, t.tmpllexize), NULL
      FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
     WHERE ${inUserSchema("t.tmplnamespace")} AND ${notFromExtension("pg_ts_template", "t.oid")}`,
};
