import { type FingerprintQuery, hashedOptions, notFromExtension } from "./query.ts";

/**
 * Kinds `foreign data wrapper`, `server`, `user mapping`. Of options the names are listed and the values hashed; the
 * options of a user mapping (passwords) are left out, since few roles may see them.
 */
export const foreignServers: FingerprintQuery = {
  sql: ({ supabase }) => `
    SELECT 'foreign data wrapper' AS kind, quote_ident(w.fdwname) AS name,
           concat_ws(', ', CASE WHEN w.fdwhandler <> 0 THEN 'handler ' || w.fdwhandler::regproc END,
                     CASE WHEN w.fdwvalidator <> 0 THEN 'validator ' || w.fdwvalidator::regproc END,
                     'options ' || ${hashedOptions("w.fdwoptions")}) AS definition,
           NULL::text[] AS roles
      FROM pg_foreign_data_wrapper w
     WHERE ${notFromExtension("pg_foreign_data_wrapper", "w.oid")}
    UNION ALL
    SELECT 'server', quote_ident(s.srvname),
           concat_ws(', ', 'wrapper ' || quote_ident(w.fdwname), 'type ' || quote_literal(s.srvtype), 'version ' || quote_literal(s.srvversion),
                     'options ' || ${hashedOptions("s.srvoptions")}), NULL
      FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
     WHERE ${notFromExtension("pg_foreign_server", "s.oid")}
    UNION ALL
    SELECT 'user mapping', u.usename || ' on ' || quote_ident(u.srvname), '', CASE WHEN u.umuser = 0 THEN NULL ELSE ARRAY[u.usename::text] END
      FROM pg_user_mappings u
     WHERE NOT (${supabase} AND u.usename ~ '^supabase_')`,
};
