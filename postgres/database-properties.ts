import pg from "pg";
import { settingClause } from "./setting-clause.ts";
import { sqlTokens } from "./sql-tokens.ts";

/** psql's own variable for the database it is connected to: the statements fit whatever name the target has. */
const TARGET = ':"DBNAME"';

/** As the fingerprint: these come with the platform. */
const PLATFORM_SETTING = /^app\.settings\.jwt/;

interface Properties {
  limit: number;
  comment: string | null;
  /** Null: as every new database has them. */
  grants: { grantee: string | null; isOwner: boolean; privileges: string; grantable: boolean }[] | null;
  settings: { role: string | null; settings: string[] }[];
}

const SQL = `
SELECT d.datconnlimit AS limit, pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
       CASE WHEN d.datacl IS NOT NULL THEN (
         SELECT pg_catalog.json_agg(pg_catalog.json_build_object('grantee', r.rolname, 'isOwner', g.grantee = d.datdba, 'grantable', g.is_grantable,
                  'privileges', g.privileges) ORDER BY r.rolname NULLS FIRST, g.is_grantable)
           FROM (SELECT grantee, is_grantable, pg_catalog.string_agg(privilege_type, ', ' ORDER BY privilege_type) AS privileges
                   FROM pg_catalog.aclexplode(d.datacl) GROUP BY grantee, is_grantable) g
           LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee) END AS grants,
       COALESCE((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('role', r.rolname, 'settings', s.setconfig) ORDER BY r.rolname NULLS FIRST)
          FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE s.setdatabase = d.oid), '[]') AS settings
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

/**
 * What belongs to a database itself and which no schema dump carries: its settings (also those of roles in it),
 * connection limit, comment and privileges. Statements for psql; in the place of the database's name stands psql's
 * variable `:"DBNAME"`. Values may be secrets.
 * @see https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-VARIABLES
 */
export async function readDatabaseProperties(
  client: pg.ClientBase,
  options: { readonly supabase: boolean },
): Promise<string[]> {
  const { rows } = await client.query<Properties>(SQL);
  const [found] = rows;
  if (found === undefined) throw new Error("pg_database has no row for the current database");
  const isCarried = (setting: string) => !(options.supabase && PLATFORM_SETTING.test(setting));
  return [
    ...grantsOf(found),
    ...(found.comment === null
      ? []
      : [`COMMENT ON DATABASE ${TARGET} IS ${pg.escapeLiteral(found.comment)};`]),
    ...(found.limit < 0 ? [] : [`ALTER DATABASE ${TARGET} CONNECTION LIMIT ${found.limit};`]),
    ...found.settings.flatMap(({ role, settings }) =>
      settings.filter(isCarried).map((setting) => `${settingTarget(role)} ${settingClause(setting)};`),
    ),
  ];
}

/** The owner's own privileges are left as the target's owner has them. */
function grantsOf({ grants }: Properties): string[] {
  if (grants === null) return [];
  return [
    `REVOKE ALL ON DATABASE ${TARGET} FROM PUBLIC;`,
    ...grants
      .filter(({ isOwner }) => !isOwner)
      .map(({ grantee, privileges, grantable }) => {
        const whom = grantee === null ? "PUBLIC" : pg.escapeIdentifier(grantee);
        return `GRANT ${privileges} ON DATABASE ${TARGET} TO ${whom}${grantable ? " WITH GRANT OPTION" : ""};`;
      }),
  ];
}

function settingTarget(role: string | null): string {
  if (role === null) return `ALTER DATABASE ${TARGET}`;
  return `ALTER ROLE ${pg.escapeIdentifier(role)} IN DATABASE ${TARGET}`;
}

/** Puts a database's name in the place of psql's variable. */
export function forDatabase(statement: string, database: string): string {
  const tokens = sqlTokens(statement, 64);
  const at = tokens.findIndex(({ text }, index) => text === ":" && tokens[index + 1]?.text === '"DBNAME"');
  const [colon, variable] = [tokens[at], tokens[at + 1]];
  if (colon === undefined || variable === undefined) return statement;
  return statement.slice(0, colon.start) + pg.escapeIdentifier(database) + statement.slice(variable.end);
}
