import { text } from "node:stream/consumers";
import pg from "pg";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { defaultPrivilegeResets } from "../../../postgres/default-privilege-resets.ts";
import { dumpLargeObjects, dumpSection } from "../../../postgres/dump-schema.ts";
import {
  type DroppedStatement,
  filterStatements,
  type KeptStatement,
} from "../../../postgres/filter-statements.ts";
import type { PostgresTools } from "../../../postgres/find-tools.ts";
import { groupPostData } from "../../../postgres/group-post-data.ts";
import { readManagedAdditions } from "../../../postgres/read-managed-additions.ts";
import { readExistingRoles, readRoles } from "../../../postgres/read-roles.ts";
import { planRoles, type RolePlan } from "../../../postgres/restore-roles.ts";
import { splitPreData } from "../../../postgres/split-pre-data.ts";
import { splitStatements } from "../../../postgres/split-statements.ts";

export interface RestoredSchema {
  readonly plan: RolePlan;
  readonly dropped: readonly DroppedStatement[];
  /** Statements marked `mayFail` that the server refused, and what fell with them. */
  readonly refused: readonly string[];
}

const UNDEFINED_OBJECT = /^(42704|42883|42P01|3F000)$/;

/** Opens a session that is closed by `await using`. */
export async function session(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url, application_name: "holdfast-test" });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("SET search_path TO ''; SET row_security TO off");
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** Brings everything but the rows of one database into an empty one, the way a restore does it. */
export async function restoreSchema(
  tools: PostgresTools,
  from: string,
  to: string,
  { supabase = false }: { readonly supabase?: boolean } = {},
): Promise<RestoredSchema> {
  await using source = await session(from);
  await using target = await session(to);
  const address = parseDatabaseUrl(from);
  const version = await target.query<{ major: number; superuser: boolean; user: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, rolsuper AS superuser, rolname AS user
       FROM pg_roles WHERE rolname = current_user`,
  );
  const [{ major: serverMajor, superuser, user } = { major: 0, superuser: false, user: "" }] = version.rows;
  const existing = await readExistingRoles(target);
  const canCreate = superuser || existing.some((role) => role.name === user && role.attributes.createRole);
  const plan = planRoles(await readRoles(source, { supabase }), existing, {
    canCreate,
    supabase,
    user,
    serverMajor,
  });
  const adapt = (statements: readonly (string | KeptStatement)[]) =>
    filterStatements(statements, { supabase, superuser, serverMajor, roles: plan.resolved });
  const dump = async (section: "pre-data" | "post-data") =>
    adapt(splitStatements(await text(dumpSection(tools, address, { section, supabase }))));
  const pre = await dump("pre-data");
  const post = await dump("post-data");
  const objects = adapt(splitStatements(await text(dumpLargeObjects(tools, address))));
  const additions = supabase ? adapt(await readManagedAdditions(source)) : undefined;
  const { statements, last } = splitPreData(pre.statements);
  const groups = groupPostData(post.statements);
  const refused = await runAll(target, [
    ...plan.statements,
    ...(await defaultPrivilegeResets(target)).map((sql) => ({ sql })),
    ...statements,
    ...objects.statements,
    ...groups.settings,
    ...groups.indexes,
    ...groups.rest,
    ...groups.foreignKeys,
    { sql: "SET row_security = on;" },
    ...groups.refreshes,
    { sql: "SET row_security = off;" },
    ...(additions?.statements ?? []),
    ...groups.last,
    ...last,
    ...plan.afterwards,
  ]);
  const dropped = [pre, post, objects, ...(additions ? [additions] : [])].flatMap((part) => part.dropped);
  return { plan, dropped, refused };
}

async function runAll(client: pg.Client, statements: readonly KeptStatement[]): Promise<string[]> {
  const refused: string[] = [];
  for (const { sql, mayFail } of statements) {
    try {
      await client.query(sql);
    } catch (error) {
      const isConsequence =
        refused.length > 0 && error instanceof pg.DatabaseError && UNDEFINED_OBJECT.test(error.code ?? "");
      if (mayFail === undefined && !isConsequence)
        throw new Error(`${(error as Error).message}\n${sql}`, { cause: error });
      refused.push(sql);
    }
  }
  return refused;
}
