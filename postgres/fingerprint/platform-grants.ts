import { PLATFORM_OBJECT_ACLS, PLATFORM_SCHEMAS_WITH_GRANTS } from "../read-managed-additions.ts";
import { SUPABASE_RESERVED_ROLES } from "../supabase-reserved-roles.ts";
import type { FingerprintQuery } from "./query.ts";

/** Kind `grant`, on Supabase only: what the application let its own roles do with the platform's objects. */
export const platformGrants: FingerprintQuery = {
  sql: ({ supabase }) => `
    SELECT 'grant' AS kind, lower(split_part(o.label, ' ', 1)) || ' ' || substr(o.label, strpos(o.label, ' ') + 1) || ' to ' || r.rolname AS name,
           string_agg(g.privilege_type || CASE WHEN g.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY g.privilege_type COLLATE "C") AS definition,
           ARRAY[r.rolname::text] AS roles
      FROM (${PLATFORM_OBJECT_ACLS}) o, LATERAL aclexplode(o.acl) g JOIN pg_roles r ON r.oid = g.grantee
     WHERE ${supabase} AND o.nspname IN ${PLATFORM_SCHEMAS_WITH_GRANTS} AND r.rolname !~ '${SUPABASE_RESERVED_ROLES.source}' AND r.rolname !~ '^pg_'
     GROUP BY o.label, r.rolname`,
};
