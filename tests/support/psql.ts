import { spawn } from "node:child_process";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { libpqEnvironment } from "../../postgres/libpq-environment.ts";
import { postgresEnvironment } from "../../sandbox/servers/postgres-environment.ts";
import { getPostgres } from "./servers.ts";

export interface PsqlOptions {
  /** Values of `:name`, `:'name'` and `:"name"`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Folder of the programs. @default that of the shared server */
  readonly binDirectory?: string;
  /** How the bytes of the output become text; `latin1` keeps each byte. @default "utf8" */
  readonly encoding?: "utf8" | "latin1";
}

/** Runs one of PostgreSQL's client programs on a database and returns what it wrote. */
export async function runClient(
  program: "psql" | "pg_dump" | "pg_dumpall",
  url: string,
  args: readonly string[],
  options: Pick<PsqlOptions, "binDirectory" | "encoding"> & { readonly input?: string } = {},
): Promise<string> {
  const binDirectory = options.binDirectory ?? (await getPostgres()).binDirectory;
  const env = { ...postgresEnvironment(binDirectory), ...libpqEnvironment(parseDatabaseUrl(url)) };
  const child = spawn(join(binDirectory, program), args, { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const [output, messages, code] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${program} left with code ${code}: ${messages.slice(0, 2000)}`);
  return output.toString(options.encoding ?? "utf8");
}

/** Runs SQL by psql, which ends at the first error: rows come back unaligned, one a line, fields parted by `|`. */
export function psql(url: string, sql: string, options: PsqlOptions = {}): Promise<string> {
  const variables = Object.entries(options.variables ?? {}).flatMap(([name, value]) => [
    "-v",
    `${name}=${value}`,
  ]);
  const args = ["-XqAt", "-v", "ON_ERROR_STOP=1", ...variables, "-f", "-"];
  return runClient("psql", url, args, { ...options, input: sql });
}
