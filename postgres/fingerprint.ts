import { createHash } from "node:crypto";
import type pg from "pg";
import { columns } from "./fingerprint/columns.ts";
import { comments } from "./fingerprint/comments.ts";
import { database } from "./fingerprint/database.ts";
import { describeRole } from "./fingerprint/describe-role.ts";
import { foreignServers } from "./fingerprint/foreign-servers.ts";
import { grants } from "./fingerprint/grants.ts";
import { indexesAndConstraints } from "./fingerprint/indexes-and-constraints.ts";
import { largeObjects } from "./fingerprint/large-objects.ts";
import { operatorsAndCasts } from "./fingerprint/operators-and-casts.ts";
import { owners } from "./fingerprint/owners.ts";
import { platformGrants } from "./fingerprint/platform-grants.ts";
import { policies } from "./fingerprint/policies.ts";
import { publications } from "./fingerprint/publications.ts";
import type { FingerprintContext, FingerprintQuery } from "./fingerprint/query.ts";
import { routines } from "./fingerprint/routines.ts";
import { schemasAndExtensions } from "./fingerprint/schemas-and-extensions.ts";
import { statisticsAndCollations } from "./fingerprint/statistics-and-collations.ts";
import { tables } from "./fingerprint/tables.ts";
import { textSearch } from "./fingerprint/text-search.ts";
import { triggersAndRules } from "./fingerprint/triggers-and-rules.ts";
import { types } from "./fingerprint/types.ts";
import { viewsAndSequences } from "./fingerprint/views-and-sequences.ts";
import { readRoles } from "./read-roles.ts";
import { SUPABASE_SCHEMA_DUMP_EXCLUDED } from "./supabase-schemas.ts";

/** One object, or one property of an object, of a database's catalog. */
export interface FingerprintEntry {
  readonly kind: string;
  /** Schema-qualified and quoted as SQL would need it; unique within its kind. */
  readonly name: string;
  /** Equal text means equal object. Never contains an OID. */
  readonly definition: string;
  /** Roles that the entry names, where it names some. */
  readonly roles?: readonly string[];
}

export interface FingerprintOptions {
  /** Leaves out what the Supabase platform owns and brings along itself. @default false */
  readonly supabase?: boolean;
}

/** What the manifest keeps of one kind. */
export interface KindDigest {
  readonly count: number;
  /** SHA-256, hex, over the kind's entries in order. */
  readonly hash: string;
}

const QUERIES: readonly FingerprintQuery[] = [
  schemasAndExtensions,
  types,
  tables,
  columns,
  viewsAndSequences,
  indexesAndConstraints,
  routines,
  triggersAndRules,
  policies,
  owners,
  grants,
  platformGrants,
  publications,
  statisticsAndCollations,
  operatorsAndCasts,
  textSearch,
  foreignServers,
  comments,
  largeObjects,
  database,
];

/** Settings that change how the server writes definitions; compiling these queries would cost more than running them. */
const SESSION: Readonly<Record<string, string>> = {
  search_path: "",
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  lc_monetary: "C",
  quote_all_identifiers: "off",
  jit: "off",
  standard_conforming_strings: "on",
};

interface EntryRow {
  kind: string;
  name: string;
  definition: string | null;
  roles: string[] | null;
}

/**
 * Everything about a database that a restore must bring back besides rows, as text that is equal for equal objects on
 * any server: sorted by kind and name, without OIDs. Reads only; the session's settings are put back afterwards.
 */
export async function readFingerprint(
  client: pg.ClientBase,
  options: FingerprintOptions = {},
): Promise<FingerprintEntry[]> {
  const supabase = options.supabase ?? false;
  const { rows: previous } = await client.query<{ name: string; value: string; version: string }>(
    `SELECT s.name, pg_catalog.current_setting(s.name) AS value, pg_catalog.current_setting('server_version_num') AS version
       FROM pg_catalog.unnest($1::pg_catalog.text[]) s(name)`,
    [Object.keys(SESSION)],
  );
  const context = fingerprintContext(Math.floor(Number(previous[0]?.version) / 10_000), supabase);
  await setAll(client, Object.entries(SESSION));
  try {
    const entries: FingerprintEntry[] = [];
    for (const query of QUERIES) {
      const { rows } = await client.query<EntryRow>(query.sql(context));
      entries.push(...rows.map(toEntry));
    }
    for (const role of await readRoles(client, { supabase })) {
      entries.push({ kind: "role", name: role.name, definition: describeRole(role), roles: [role.name] });
    }
    return entries.sort(byKindAndName);
  } finally {
    // Fails only in an aborted transaction, whose end puts the settings back anyway.
    await setAll(
      client,
      previous.map(({ name, value }) => [name, value] as const),
    ).catch(() => undefined);
  }
}

/** Count and hash of each kind, for the manifest. */
export function digestFingerprint(entries: readonly FingerprintEntry[]): Record<string, KindDigest> {
  const hashes = new Map<string, { count: number; hash: ReturnType<typeof createHash> }>();
  for (const entry of [...entries].sort(byKindAndName)) {
    const kind = hashes.get(entry.kind) ?? { count: 0, hash: createHash("sha256") };
    kind.count++;
    kind.hash.update(JSON.stringify([entry.name, entry.definition]));
    hashes.set(entry.kind, kind);
  }
  return Object.fromEntries(
    [...hashes].map(([kind, { count, hash }]) => [kind, { count, hash: hash.digest("hex") }]),
  );
}

function fingerprintContext(serverMajor: number, supabase: boolean): FingerprintContext {
  const platform = SUPABASE_SCHEMA_DUMP_EXCLUDED.map((pattern) => pattern.replaceAll("*", ".*")).join("|");
  const excluded = `^(pg_.*|information_schema|holdfast_restore${supabase ? `|${platform}` : ""})$`;
  return {
    serverMajor,
    supabase,
    inUserSchema: (oid) => `${oid} IN (SELECT ns.oid FROM pg_namespace ns WHERE ns.nspname !~ '${excluded}')`,
  };
}

async function setAll(
  client: pg.ClientBase,
  settings: readonly (readonly [string, string])[],
): Promise<void> {
  await client.query(
    "SELECT pg_catalog.set_config(s.name, s.value, false) FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) s(name, value)",
    [settings.map(([name]) => name), settings.map(([, value]) => value)],
  );
}

function toEntry(row: EntryRow): FingerprintEntry {
  const base = { kind: row.kind, name: row.name, definition: row.definition ?? "" };
  return row.roles === null || row.roles.length === 0 ? base : { ...base, roles: row.roles };
}

function byKindAndName(a: FingerprintEntry, b: FingerprintEntry): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.definition < b.definition ? -1 : a.definition > b.definition ? 1 : 0;
}
