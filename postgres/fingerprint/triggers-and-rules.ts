import { type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

const ENABLED = (column: string) =>
  `CASE ${column} WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas' WHEN 'A' THEN 'enabled always' END`;

/** Platform tables on which applications put triggers of their own; the platform's own call its own functions. */
const APPLICATION_TRIGGER = `tn.nspname IN ('auth', 'storage', 'realtime') AND fn.nspname <> tn.nspname`;

/** Event triggers that every Supabase project has; applications cannot own these names. */
const SUPABASE_EVENT_TRIGGERS =
  "^(issue_(graphql_placeholder|pg_cron_access|pg_graphql_access|pg_net_access)|pgrst_(ddl|drop)_watch|graphql_watch_(ddl|drop)|pgaudit_.*|ensure_rls)$";

/**
 * Kinds `trigger` (also whether it fires), `rule`, `event trigger`. A partition's copy of its parent's trigger is
 * listed only where it fires otherwise than the parent's.
 */
export const triggersAndRules: FingerprintQuery = {
  sql: ({ inUserSchema, supabase }) => `
    SELECT 'trigger' AS kind, quote_ident(g.tgname) || ' on ' || ${qualified("tn.nspname", "t.relname")} AS name,
           concat_ws('; ', pg_get_triggerdef(g.oid), ${ENABLED("g.tgenabled")}) AS definition, NULL::text[] AS roles
      FROM pg_trigger g
      JOIN pg_class t ON t.oid = g.tgrelid
      JOIN pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_proc f ON f.oid = g.tgfoid
      JOIN pg_namespace fn ON fn.oid = f.pronamespace
      LEFT JOIN pg_trigger parent ON parent.oid = g.tgparentid
     WHERE NOT g.tgisinternal AND (g.tgparentid = 0 OR g.tgenabled <> parent.tgenabled) AND t.relpersistence <> 't'
       AND (${inUserSchema("t.relnamespace")} OR ${supabase} AND ${APPLICATION_TRIGGER})
       AND ${notFromExtension("pg_class", "t.oid")} AND ${notFromExtension("pg_trigger", "g.oid")}
    UNION ALL
    SELECT 'rule', quote_ident(r.rulename) || ' on ' || ${qualified("tn.nspname", "t.relname")},
           concat_ws('; ', pg_get_ruledef(r.oid), ${ENABLED("r.ev_enabled")}), NULL
      FROM pg_rewrite r
      JOIN pg_class t ON t.oid = r.ev_class
      JOIN pg_namespace tn ON tn.oid = t.relnamespace
     WHERE r.rulename <> '_RETURN' AND ${inUserSchema("t.relnamespace")} AND ${notFromExtension("pg_class", "t.oid")}
    UNION ALL
    SELECT 'event trigger', quote_ident(v.evtname),
           concat_ws(' ', 'on ' || v.evtevent, 'when tag in (' || (SELECT string_agg(x, ', ') FROM unnest(v.evttags) x) || ')',
                     'execute ' || v.evtfoid::regprocedure, ${ENABLED("v.evtenabled")}), NULL
      FROM pg_event_trigger v
     WHERE ${notFromExtension("pg_event_trigger", "v.oid")} AND (NOT ${supabase} OR v.evtname !~ '${SUPABASE_EVENT_TRIGGERS}')`,
};
