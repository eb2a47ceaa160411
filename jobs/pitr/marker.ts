import { randomUUID } from "node:crypto";
import pg from "pg";
import { z } from "zod";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";

const { escapeIdentifier, escapeLiteral } = pg;

/** Runs SQL in the project's database, as the owner of its objects; gives the rows of the last statement. */
export type RunSql = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A row that tells by its presence which moments a database has lived through. */
export interface Marker {
  readonly id: string;
  /** By the database's clock, taken just before the row was committed. */
  readonly at: Date;
}

export interface MarkerTable {
  /** @default "holdfast" */
  readonly schema?: string;
  /** @default "recovery_marker" */
  readonly table?: string;
}

/** Longer than any window that Supabase sells, so that the table stays small and no useful marker goes. */
const KEPT_DAYS = 40;

/** A marker must never wait behind somebody's lock: a recovery goes on without it. */
const LIMITS = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '15s';";

/** Roles of the Data API, through which markers must not be reachable. */
const API_ROLES = ["anon", "authenticated", "service_role"] as const;

/**
 * Writes a marker now; makes its table the first time, in a schema of its own that the Data API's roles cannot use. A
 * database whose sessions are read-only by default, as a frozen or a full one, is written to all the same: one row.
 *
 * @param options.id the same id again has no further effect, so a call whose answer was lost may be repeated
 */
export async function writeMarker(
  run: RunSql,
  options: MarkerTable & { readonly id?: string; readonly note?: string } = {},
): Promise<Marker> {
  const table = nameOf(options);
  if (!(await tableState(run, table)).there) await run(tableDefinition(options));
  const id = escapeLiteral(options.id ?? randomUUID());
  const rows = await run(
    `SET TRANSACTION READ WRITE; ${LIMITS}
     DELETE FROM ${table} WHERE at < pg_catalog.clock_timestamp() - interval '${KEPT_DAYS} days';
     INSERT INTO ${table} (id, note) VALUES (${id}, ${escapeLiteral(options.note ?? "")}) ON CONFLICT (id) DO NOTHING;
     SELECT ${COLUMNS} FROM ${table} WHERE id = ${id}`,
  );
  const [marker] = parseMarkers(rows);
  if (marker !== undefined) return marker;
  throw new HoldfastError({
    code: "MARKER_NOT_WRITTEN",
    message: `A row written to ${table} is not there.`,
    hint: `See whether a rule or a trigger of ${table} drops rows.`,
  });
}

/**
 * Markers that are there, the newest first; none when their table is not.
 *
 * @param options.after only later ones
 * @param options.until only those at this moment or before
 * @param options.ids only these
 * @param options.limit @default 1000
 * @throws HoldfastError MARKERS_HIDDEN when row level security would hide rows from us: their absence proves nothing
 */
export async function readMarkers(
  run: RunSql,
  options: MarkerTable & {
    readonly after?: Date;
    readonly until?: Date;
    readonly ids?: readonly string[];
    readonly limit?: number;
  } = {},
): Promise<Marker[]> {
  const table = nameOf(options);
  const state = await tableState(run, table);
  if (!state.there) return [];
  if (state.hidden) {
    throw new HoldfastError({
      code: "MARKERS_HIDDEN",
      message: `Row level security hides rows of ${table} from the role that reads them.`,
      hint: `Make the role postgres the owner: ALTER TABLE ${table} OWNER TO postgres, and let it see all rows: ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY.`,
    });
  }
  const conditions = [
    options.after && `at > ${timestamp(options.after)}`,
    options.until && `at <= ${timestamp(options.until)}`,
    options.ids && `id = ANY (${escapeLiteral(`{${options.ids.join(",")}}`)}::uuid[])`,
  ].filter((condition) => condition !== undefined);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return parseMarkers(
    await run(`SELECT ${COLUMNS} FROM ${table} ${where} ORDER BY at DESC, id LIMIT ${options.limit ?? 1000}`),
  );
}

/** The time as text in one form, whatever the session's settings. */
const COLUMNS = `id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at`;

function nameOf({ schema = "holdfast", table = "recovery_marker" }: MarkerTable): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

const timestamp = (at: Date): string => `${escapeLiteral(at.toISOString())}::timestamptz`;

async function tableState(run: RunSql, table: string): Promise<{ there: boolean; hidden: boolean }> {
  const found = `pg_catalog.to_regclass(${escapeLiteral(table)})`;
  const [row] = await run(
    `SELECT ${found} IS NOT NULL AS there, pg_catalog.row_security_active(${found}::oid) AS hidden`,
  );
  return { there: row?.there === true, hidden: row?.hidden === true };
}

function tableDefinition(options: MarkerTable): string {
  const table = nameOf(options);
  const schema = escapeIdentifier(options.schema ?? "holdfast");
  const roles = API_ROLES.map((role) => escapeLiteral(role)).join(", ");
  return `SET TRANSACTION READ WRITE; ${LIMITS}
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS ${table} (
      id uuid PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
      note text NOT NULL);
    CREATE INDEX IF NOT EXISTS ${escapeIdentifier(`${options.table ?? "recovery_marker"}_at`)} ON ${table} (at);
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    COMMENT ON TABLE ${table} IS 'Tells which moments this database has lived through, to prove a recovery to a point in time';
    REVOKE ALL ON ${table} FROM PUBLIC;
    DO $revoke$ DECLARE role name; BEGIN
      FOR role IN SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN (${roles}) LOOP
        EXECUTE pg_catalog.format('REVOKE ALL ON %s FROM %I', ${escapeLiteral(table)}, role);
        EXECUTE pg_catalog.format('REVOKE ALL ON SCHEMA %s FROM %I', ${escapeLiteral(schema)}, role);
      END LOOP;
    END $revoke$`;
}

const Rows = z.array(z.object({ id: z.uuid(), at: z.iso.datetime() }));

function parseMarkers(rows: unknown): Marker[] {
  const parsed = Rows.safeParse(rows);
  if (parsed.success) return parsed.data.map(({ id, at }) => ({ id, at: new Date(at) }));
  throw new HoldfastError({
    code: "MARKER_UNREADABLE",
    message: `Markers were answered in a form that is not theirs: ${redact(z.prettifyError(parsed.error))}`,
    hint: "See whether the table of markers was made by this program: columns id uuid, at timestamptz, note text.",
  });
}
