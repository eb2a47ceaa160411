import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { connectionError } from "./connection-error.ts";
import { CopySocket } from "./copy-socket.ts";
import type { DatabaseAddress } from "./database-address.ts";

export interface ConnectOptions {
  /** Shown in pg_stat_activity. @default "holdfast" */
  readonly applicationName?: string;
  /** Seconds to wait for a lock, 0 = forever. @default 30 */
  readonly lockTimeoutSeconds?: number;
  /** Seconds a statement may run, 0 = forever: dumps run for hours, whatever the role's default. @default 0 */
  readonly statementTimeoutSeconds?: number;
  /** A read that row-level security would filter becomes an error, never a silent loss. @default true */
  readonly rowSecurityOff?: boolean;
  /** Further settings of the session; names the server does not know are skipped. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Settings under which the text of every value is the same on every server and in every session: what pg_dump
 * sets, plus time zone and money locale.
 * @see https://www.postgresql.org/docs/current/runtime-config-client.html
 */
const TEXT_SETTINGS: Readonly<Record<string, string>> = {
  search_path: "",
  client_encoding: "UTF8",
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "3",
  bytea_output: "hex",
  xmlbinary: "base64",
  lc_monetary: "C",
  standard_conforming_strings: "on",
  array_nulls: "on",
  quote_all_identifiers: "off",
  synchronize_seqscans: "off",
  jit: "off",
  default_transaction_read_only: "off",
  // The role's own limits (Supabase gives postgres two minutes) must not end a dump.
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  transaction_timeout: "0",
  // A dead peer is noticed within two minutes by either side.
  tcp_keepalives_idle: "60",
  tcp_keepalives_interval: "15",
  tcp_keepalives_count: "4",
};

function readAuthorities(address: DatabaseAddress): Pick<ConnectionOptions, "ca"> {
  if (address.tls.caFile === undefined) return {};
  try {
    return { ca: readFileSync(address.tls.caFile, "utf8") };
  } catch (error) {
    throw new HoldfastError({
      code: "DATABASE_TLS_UNTRUSTED",
      message: `The certificate file ${address.tls.caFile} named by sslrootcert cannot be read.`,
      hint: "Give the path of a PEM file that this user may read.",
      exitCode: 2,
      cause: error,
    });
  }
}

function tlsOptions(address: DatabaseAddress): ConnectionOptions | false {
  switch (address.tls.mode) {
    case "off":
      return false;
    case "require":
      return { rejectUnauthorized: false };
    case "verify-ca":
      return { ...readAuthorities(address), rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return { ...readAuthorities(address), rejectUnauthorized: true };
  }
}

async function applySettings(client: pg.Client, options: ConnectOptions): Promise<void> {
  const settings = {
    ...TEXT_SETTINGS,
    row_security: options.rowSecurityOff === false ? "on" : "off",
    lock_timeout: `${options.lockTimeoutSeconds ?? 30}s`,
    statement_timeout: `${options.statementTimeoutSeconds ?? 0}s`,
    ...options.settings,
  };
  // Through pg_settings, so that one statement serves servers that do not know every name.
  await client.query(
    `SELECT pg_catalog.set_config(s.name, v.value, false)
       FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS v(name, value)
       JOIN pg_catalog.pg_settings s ON pg_catalog.lower(s.name) = pg_catalog.lower(v.name)`,
    [Object.keys(settings), Object.values(settings)],
  );
}

/**
 * Opens a session under the product's rules: TLS as the address says, keepalives, and settings that make the text
 * of all values the same everywhere (`search_path` is empty: qualify every name).
 *
 * A connection lost later never ends the process: the running or next query rejects instead.
 * @throws HoldfastError `DATABASE_UNREACHABLE`, `DATABASE_LOGIN_REFUSED`, `DATABASE_UNKNOWN`,
 * `DATABASE_TLS_UNTRUSTED`, `DATABASE_TLS_MISSING`, `DATABASE_BUSY`, `DATABASE_NOT_READY` (exit 1).
 */
export async function connect(address: DatabaseAddress, options: ConnectOptions = {}): Promise<pg.Client> {
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    // An empty password would make the driver look into ~/.pgpass and PGPASSWORD.
    password: () => address.password,
    ssl: tlsOptions(address),
    ...(address.tls.mode === "off" ? { stream: () => new CopySocket() } : {}),
    application_name: options.applicationName ?? "holdfast",
    connectionTimeoutMillis: (address.connectTimeoutSeconds ?? 15) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  });
  // Without a listener a socket error between two queries would be an uncaught exception.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await applySettings(client, options);
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw connectionError(error, address);
  }
}
