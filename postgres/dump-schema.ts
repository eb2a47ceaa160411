import { join } from "node:path";
import { Readable } from "node:stream";
import pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { DatabaseAddress } from "./database-address.ts";
import type { PostgresTools } from "./find-tools.ts";
import { libpqEnvironment } from "./libpq-environment.ts";
import { parseTableName } from "./parse-table-name.ts";
import { runTool, type ToolFailure } from "./run-tool.ts";
import { streamStatements } from "./split-statements.ts";
import { identifier, isWord, sqlTokens } from "./sql-tokens.ts";
import { SUPABASE_RESERVED_ROLES } from "./supabase-reserved-roles.ts";
import { SUPABASE_SCHEMA_DUMP_EXCLUDED } from "./supabase-schemas.ts";

export interface DumpOptions {
  /** Id from `pg_export_snapshot()`, so that the dump sees what every other reader of the run sees. */
  readonly snapshotId?: string | undefined;
  /** Leaves out the schemas that the platform owns and re-creates itself. */
  readonly supabase?: boolean | undefined;
  /** How long to wait for a table's lock before giving up, 1 or more. @default 60 */
  readonly lockWaitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DumpSectionOptions extends DumpOptions {
  /** `pre-data`: everything that must exist before rows; `post-data`: indexes, keys, triggers, policies. */
  readonly section: "pre-data" | "post-data";
  /** Only these tables, as `schema.table`, each partition on its own. @default the whole database */
  readonly tables?: readonly string[] | undefined;
  /** Relations to leave out, with all that belongs to them. @default none */
  readonly without?: readonly { readonly schema: string; readonly name: string }[] | undefined;
}

/**
 * The schema as plain SQL in UTF-8, written by pg_dump. Large objects are left to {@link dumpLargeObjects}.
 * Tablespaces are folders of one server and are not carried.
 * @throws HoldfastError (through the stream) SCHEMA_DUMP_FAILED, PG_TOOLS_TOO_OLD, TOOL_MISSING.
 * @see https://www.postgresql.org/docs/current/app-pgdump.html
 */
export function dumpSection(
  tools: PostgresTools,
  address: DatabaseAddress,
  options: DumpSectionOptions,
): Readable {
  const selection = [
    ...(options.tables ?? []).map((table) => `--table=${tablePattern(parseTableName(table))}`),
    ...(options.without ?? []).map((table) => `--exclude-table=${tablePattern(table)}`),
  ];
  const args = [`--section=${options.section}`, "-B", ...commonArguments(options), ...selection];
  return runTool(join(tools.binDirectory, "pg_dump"), args, toolOptions(address, options));
}

/**
 * Every large object with its content, owner, privileges and comment, as plain SQL.
 * @throws HoldfastError (through the stream) as {@link dumpSection}.
 */
export function dumpLargeObjects(
  tools: PostgresTools,
  address: DatabaseAddress,
  options: DumpOptions = {},
): Readable {
  // Where large objects are defined (pre-data up to 16, data since 17) depends on the version of pg_dump: take both
  // sections without any schema and keep what speaks of large objects.
  const args = [
    "--section=pre-data",
    "--section=data",
    "-b",
    "--exclude-schema=*",
    ...commonArguments(options),
  ];
  const sql = runTool(join(tools.binDirectory, "pg_dump"), args, toolOptions(address, options));
  return Readable.from(largeObjectStatements(sql), { objectMode: false, highWaterMark: 1 << 18 });
}

/**
 * All roles of the server with attributes, memberships and settings, never a password, as plain SQL for a person who
 * restores by hand. On Supabase the platform's own roles are commented out: every project has them.
 * @throws HoldfastError (through the stream) as {@link dumpSection}.
 * @see https://www.postgresql.org/docs/current/app-pg-dumpall.html
 */
export function dumpRoles(
  tools: PostgresTools,
  address: DatabaseAddress,
  options: DumpOptions = {},
): Readable {
  const args = ["--roles-only", "--no-role-passwords", "--no-password", `--database=${conninfo(address)}`];
  const sql = runTool(join(tools.binDirectory, "pg_dumpall"), args, toolOptions(address, options));
  if (!options.supabase) return sql;
  return Readable.from(withoutReservedRoles(sql), { objectMode: false });
}

function commonArguments(options: DumpOptions): string[] {
  const excluded = options.supabase ? SUPABASE_SCHEMA_DUMP_EXCLUDED : [];
  return [
    "--format=plain",
    "--encoding=UTF8",
    "--no-password",
    "--no-tablespaces",
    "--no-sync",
    `--lock-wait-timeout=${(options.lockWaitSeconds ?? 60) * 1000}`,
    "--exclude-schema=holdfast_restore",
    ...excluded.map((schema) => `--exclude-schema=${schema}`),
    ...(options.snapshotId === undefined ? [] : [`--snapshot=${options.snapshotId}`]),
  ];
}

function toolOptions(address: DatabaseAddress, options: DumpOptions) {
  return {
    env: libpqEnvironment(address),
    signal: options.signal,
    failure: (failed: ToolFailure) => dumpFailed(failed, address),
  };
}

/** pg_dump takes patterns; inside double quotes their special characters stand for themselves. */
function tablePattern(table: { readonly schema: string; readonly name: string }): string {
  return `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
}

/** pg_dumpall ignores PGDATABASE; the rest of the connection stays in the environment. */
function conninfo(address: DatabaseAddress): string {
  return `dbname='${address.database.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

const LARGE_OBJECT_STATEMENT =
  /^(?:BEGIN;|COMMIT;|SELECT pg_catalog\.lo(?:write|_create|_open|_close|_unlink)\(|(?:ALTER LARGE OBJECT |COMMENT ON LARGE OBJECT |SECURITY LABEL .*ON LARGE OBJECT )|(?:GRANT|REVOKE) .* ON LARGE OBJECT |SET SESSION AUTHORIZATION |RESET SESSION AUTHORIZATION)/;

async function* largeObjectStatements(sql: Readable): AsyncGenerator<Uint8Array> {
  for await (const statement of streamStatements(sql)) {
    if (LARGE_OBJECT_STATEMENT.test(statement)) yield Buffer.from(`${statement}\n`);
  }
}

async function* withoutReservedRoles(sql: Readable): AsyncGenerator<Uint8Array> {
  for await (const statement of streamStatements(sql)) {
    const reserved = SUPABASE_RESERVED_ROLES.test(roleChanged(statement) ?? "");
    // Who granted a membership is a role of the old project; on the new one it is whoever restores.
    const text = reserved
      ? statement.replaceAll(/^/gm, "-- ")
      : statement.replace(/ GRANTED BY [^;]*;$/, ";");
    yield Buffer.from(`${text}\n`);
  }
}

/** The role of `CREATE ROLE x`, `ALTER ROLE x …`, `COMMENT ON ROLE x`, `GRANT y TO x`. */
function roleChanged(statement: string): string | undefined {
  const tokens = sqlTokens(statement, 4);
  const at = isWord(tokens[0], "GRANT", "COMMENT") ? 3 : 2;
  return /^(?:CREATE ROLE|ALTER ROLE|COMMENT ON ROLE|GRANT) /.test(statement)
    ? identifier(tokens[at])
    : undefined;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied/i,
    "Grant the role what the message names, or dump as the database's owner; the preflight lists every missing privilege.",
  ],
  [
    /lock timeout|could not obtain lock|LOCK TABLE/,
    "A migration holds a lock. Run the backup again when it is done.",
  ],
  [/snapshot/i, "The session that exported the snapshot ended. Run the backup again."],
  [
    /password authentication failed|no password supplied/i,
    "Correct the password in the project's connection secret.",
  ],
  [
    /could not connect|could not translate|timeout expired|Network is unreachable/i,
    "Check host, port and network; Supabase's direct host is IPv6 only, its session pooler is not.",
  ],
];

function dumpFailed(failed: ToolFailure, address: DatabaseAddress): HoldfastError {
  const lastLines = failed.stderr.split("\n").slice(-6).join("\n");
  if (/server version mismatch|aborting because of server version/i.test(failed.stderr)) {
    return new HoldfastError({
      code: "PG_TOOLS_TOO_OLD",
      message: `${failed.tool} is older than the server ${address.host}: ${lastLines}`,
      hint: "Install the PostgreSQL client programs of the server's major version and point HOLDFAST_PG_BIN at them.",
    });
  }
  const how = failed.killedBy
    ? `was ended by ${failed.killedBy}`
    : `left with code ${failed.exitCode ?? "?"}`;
  return new HoldfastError({
    code: "SCHEMA_DUMP_FAILED",
    message: `${failed.tool} on database ${address.database} of ${address.host} ${how}: ${lastLines}`,
    hint:
      ADVICE.find(([pattern]) => pattern.test(failed.stderr))?.[1] ??
      "Correct what the message names and run the backup again; nothing of this run is listed as a recovery point.",
  });
}
