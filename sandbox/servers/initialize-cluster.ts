import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { makeCertificate } from "./make-certificate.ts";
import { postgresEnvironment } from "./postgres-environment.ts";
import {
  type PostgresPaths,
  type PostgresServerRecord,
  postgresPaths,
  readRecord,
} from "./postgres-record.ts";
import type { PostgresServerOptions } from "./postgres-server-options.ts";
import { runTool } from "./run-tool.ts";
import { type ServerAccount, serverAccount } from "./server-account.ts";

/** Our settings; `postgresql.conf` includes this file last. */
const SETTINGS_FILE = "holdfast.conf";

const quoteSetting = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const quoteShell = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Copies a finished segment under another name first, so that a crash leaves no half segment under the real one;
 * a segment that is there already must be the same.
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 */
function archiveCommand(directory: string): string {
  // In archive_command a percent sign of the path itself is written twice; the whole is cut at 1024 bytes.
  const folder = quoteShell(directory).replaceAll("%", "%%");
  return `a=${folder}; if test -f "$a/%f"; then cmp -s %p "$a/%f"; else cp %p "$a/%f.tmp" && mv "$a/%f.tmp" "$a/%f"; fi`;
}

function settingsOf(
  options: PostgresServerOptions & { readonly port: number },
  paths: PostgresPaths,
): string {
  const switchOf = (on: boolean): string => (on ? "on" : "off");
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(options.port),
    unix_socket_directories: "",
    wal_level: "replica",
    archive_mode: switchOf(options.archive ?? true),
    archive_command: archiveCommand(paths.archive),
    fsync: switchOf(options.fsync ?? false),
    max_wal_size: "4GB",
    shared_buffers: "128MB",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(options.tls ? { ssl: "on", ssl_cert_file: "server.crt", ssl_key_file: "server.key" } : {}),
    ...options.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoteSetting(value)}\n`)
    .join("");
}

function give(path: string, account: ServerAccount | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}

/** The password reaches initdb in a file: an argument list is open to every user of the machine. */
async function makeCluster(
  options: PostgresServerOptions,
  paths: PostgresPaths,
  account?: ServerAccount,
): Promise<void> {
  const password = randomBytes(18).toString("base64url");
  const unfinished = `${paths.data}.new`;
  const passwordFile = join(options.directory, "initdb-password");
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  give(unfinished, account);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  give(passwordFile, account);
  const argv = ["-D", unfinished, "-U", options.user ?? "postgres", "-A", "scram-sha-256", "-N"];
  const hint = `See whether PostgreSQL in ${options.binDirectory} is complete, or set HOLDFAST_PG_BIN to another`;
  try {
    await runTool(
      join(options.binDirectory, "initdb"),
      [...argv, "-E", "UTF8", "--no-locale", "--pwfile", passwordFile],
      { directory: unfinished, account, environment: postgresEnvironment(options.binDirectory), hint },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  appendFileSync(join(unfinished, "postgresql.conf"), `include '${SETTINGS_FILE}'\n`);
  writeFileSync(paths.password, `${password}\n`, { mode: 0o600 });
  renameSync(unfinished, paths.data);
}

/** A cluster stays with the programs that made it: another major version cannot read its files. */
function programsOf(options: PostgresServerOptions): string {
  const known = readRecord(options.directory)?.binDirectory;
  return known !== undefined && existsSync(join(known, "postgres")) ? known : options.binDirectory;
}

/**
 * Makes the data directory unless it is there, and writes the settings of this start.
 * A killed initdb leaves `data.new`, which the next call throws away.
 */
export async function initializeCluster(
  options: PostgresServerOptions & { readonly port: number },
): Promise<PostgresServerRecord> {
  const account = serverAccount();
  const paths = postgresPaths(options.directory);
  mkdirSync(options.directory, { recursive: true, mode: 0o711 });
  mkdirSync(paths.archive, { recursive: true, mode: 0o700 });
  give(paths.archive, account);
  if (!existsSync(paths.data)) await makeCluster(options, paths, account);
  if (options.tls && !existsSync(paths.certificate)) await makeCertificate(paths, account);
  const settingsFile = join(paths.data, SETTINGS_FILE);
  writeFileSync(settingsFile, settingsOf(options, paths), { mode: 0o600 });
  give(settingsFile, account);
  return {
    directory: resolve(options.directory),
    binDirectory: programsOf(options),
    port: options.port,
    user: options.user ?? "postgres",
    major: Number.parseInt(readFileSync(join(paths.data, "PG_VERSION"), "utf8"), 10),
    tls: options.tls ?? false,
  };
}
