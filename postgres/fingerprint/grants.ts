import { classRows, OBJECT_CLASSES } from "./owned-objects.ts";
import { type FingerprintContext, type FingerprintQuery, notFromExtension, qualified } from "./query.ts";

/** Default privileges of Supabase's own roles cannot be set by a restore and come with the project. */
const PLATFORM_DEFAULTS =
  "pg_get_userbyid(d.defaclrole) ~ '^(supabase_.*|pgsodium_.*|pgbouncer|dashboard_user)$'";

/** Condition: an extension's object has other privileges than its script gave it. */
function changedSince(catalog: string, acl: string, aclType: string, owner: string): string {
  const [now, then] = [
    `coalesce(${acl}, acldefault(${aclType}, ${owner}))`,
    `coalesce(p.initprivs, acldefault(${aclType}, ${owner}))`,
  ];
  return `(SELECT NOT (${now} @> ${then} AND ${now} <@ ${then}) FROM (SELECT) one LEFT JOIN pg_init_privs p
     ON p.classoid = '${catalog}'::regclass AND p.objoid = x.oid AND p.objsubid = 0)`;
}

/** Rows: label, owner, acl (what the server assumes where none is stored). */
function objectAcls(context: FingerprintContext): string {
  return OBJECT_CLASSES.filter((objects) => objects.acl !== undefined)
    .map(
      ({ label, owner, acl, aclType, ...rest }) => `
      SELECT ${label} AS label, ${owner} AS owner, coalesce(${acl}, acldefault(${aclType}, ${owner})) AS acl
        ${classRows({ label, owner, ...rest }, context)}
         AND (${notFromExtension(rest.catalog, "x.oid")} OR ${changedSince(rest.catalog, acl ?? "", aclType ?? "", owner)})`,
    )
    .join("\n      UNION ALL");
}

const columnAcls = (context: FingerprintContext) => `
      SELECT 'column ' || ${qualified("n.nspname", "c.relname")} || '.' || quote_ident(a.attname), c.relowner, a.attacl
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${context.inUserSchema("c.relnamespace")}
         AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
         AND a.attacl IS DISTINCT FROM (SELECT p.initprivs FROM pg_init_privs p
               WHERE p.classoid = 'pg_class'::regclass AND p.objoid = c.oid AND p.objsubid = a.attnum)`;

const defaultAcls = ({ inUserSchema, supabase }: FingerprintContext) => `
      SELECT concat_ws(' ', 'future', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
               WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END, 'of ' || quote_ident(pg_get_userbyid(d.defaclrole)),
               'in schema ' || quote_ident(n.nspname)), d.defaclrole, d.defaclacl
        FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
       WHERE (d.defaclnamespace = 0 OR ${inUserSchema("d.defaclnamespace")}) AND NOT (${supabase} AND ${PLATFORM_DEFAULTS})`;

/** The owner is not named here, so that a changed owner shows as one difference and not as many. */
const GRANTEE = `CASE WHEN g.grantee IS NULL THEN 'nobody' WHEN g.grantee = 0 THEN 'public' WHEN g.grantee = o.owner THEN 'its owner'
    ELSE pg_get_userbyid(g.grantee)::text END`;

const BY_OTHER = "CASE WHEN g.grantor <> o.owner THEN pg_get_userbyid(g.grantor)::text END";

/**
 * Kind `grant`: one entry for each object (also column, also default privileges of future objects) and role, with
 * the privileges, what may be passed on, and who granted it where that is not the owner.
 * Objects of extensions appear only where their privileges were changed since.
 */
export const grants: FingerprintQuery = {
  sql: (context) => `
    WITH o AS (${objectAcls(context)}
      UNION ALL ${columnAcls(context)}
      UNION ALL ${defaultAcls(context)}),
    granted AS (
      SELECT o.label, ${GRANTEE} AS grantee, ${BY_OTHER} AS grantor, g.is_grantable,
             string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type COLLATE "C") AS privileges
        FROM o LEFT JOIN LATERAL aclexplode(o.acl) g ON true
       GROUP BY 1, 2, 3, 4)
    SELECT 'grant' AS kind, label || ' to ' || grantee AS name,
           string_agg(concat_ws(' ', privileges, CASE WHEN is_grantable THEN 'with grant option' END, 'by ' || grantor), '; '
                      ORDER BY is_grantable, grantor COLLATE "C" NULLS FIRST) AS definition,
           array_remove(array_agg(DISTINCT grantor) || CASE WHEN grantee NOT IN ('nobody', 'public', 'its owner') THEN grantee END, NULL) AS roles
      FROM granted
     GROUP BY label, grantee`,
};
