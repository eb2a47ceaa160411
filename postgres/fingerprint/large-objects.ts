import type { FingerprintQuery } from "./query.ts";

/**
 * Kind `large objects`: for each owner and set of privileges, how many large objects have it and the sum of their
 * numbers. A database may hold millions, so that they are not listed one by one; their content is proved elsewhere.
 */
export const largeObjects: FingerprintQuery = {
  sql: () => `
    SELECT 'large objects' AS kind,
           'owned by ' || pg_get_userbyid(m.lomowner) || coalesce(' with ' || a.acl, '') AS name,
           m.count || ' with numbers that add up to ' || m.total AS definition,
           ARRAY[pg_get_userbyid(m.lomowner)::text] || coalesce(a.roles, '{}') AS roles
      FROM (SELECT lomowner, coalesce(lomacl, acldefault('L', lomowner)) AS acl, count(*) AS count, sum(oid::bigint) AS total
              FROM pg_largeobject_metadata GROUP BY 1, 2) m,
           LATERAL (SELECT string_agg(concat(CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_get_userbyid(g.grantee)::text END, '=', g.privilege_type,
                             CASE WHEN g.is_grantable THEN '*' END), ', ' ORDER BY pg_get_userbyid(g.grantee) COLLATE "C", g.privilege_type COLLATE "C") AS acl,
                           array_agg(DISTINCT pg_get_userbyid(g.grantee)::text) FILTER (WHERE g.grantee <> 0) AS roles
                      FROM aclexplode(m.acl) g WHERE g.grantee <> m.lomowner) a`,
};
