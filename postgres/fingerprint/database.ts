import type { FingerprintQuery } from "./query.ts";

/** Names with a dot are the application's own settings and may hold a key. */
const VALUE = `CASE WHEN s.name LIKE '%.%' THEN 'sha256 ' || left(encode(sha256(convert_to(s.value, 'UTF8')), 'hex'), 16) ELSE s.value END`;

const PLATFORM_SETTING = "s.name LIKE 'app.settings.jwt%'";

/**
 * Kind `database`: what belongs to the database itself and which a schema dump therefore does not carry: encoding,
 * locale, comment, settings, privileges. The owner is not compared: it is whoever made the target.
 */
export const database: FingerprintQuery = {
  sql: ({ supabase }) => `
    WITH d AS (SELECT * FROM pg_database WHERE datname = current_database()),
    s AS (SELECT r.setrole, split_part(x, '=', 1) AS name, substr(x, strpos(x, '=') + 1) AS value
            FROM pg_db_role_setting r JOIN d ON d.oid = r.setdatabase, unnest(r.setconfig) x)
    SELECT 'database' AS kind, v.name, v.definition, NULL::text[] AS roles
      FROM d, LATERAL (VALUES ('encoding', pg_encoding_to_char(d.encoding)::text), ('collation', d.datcollate::text),
             ('character type', d.datctype::text), ('locale provider', d.datlocprovider::text),
             ('locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')),
             ('connection limit', nullif(d.datconnlimit, -1)::text),
             ('comment', shobj_description(d.oid, 'pg_database'))) v(name, definition)
     WHERE v.definition IS NOT NULL
    UNION ALL
    SELECT 'database', concat_ws(' ', 'setting', s.name, CASE WHEN s.setrole <> 0 THEN 'of role ' || pg_get_userbyid(s.setrole) END), ${VALUE},
           CASE WHEN s.setrole <> 0 THEN ARRAY[pg_get_userbyid(s.setrole)::text] END
      FROM s WHERE NOT (${supabase} AND ${PLATFORM_SETTING})
    UNION ALL
    SELECT 'database', 'grant to ' || CASE WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = d.datdba THEN 'its owner' ELSE pg_get_userbyid(g.grantee)::text END,
           string_agg(g.privilege_type || CASE WHEN g.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY g.privilege_type COLLATE "C"),
           CASE WHEN g.grantee NOT IN (0, d.datdba) THEN ARRAY[pg_get_userbyid(g.grantee)::text] END
      FROM d, LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
     GROUP BY g.grantee, d.datdba`,
};
