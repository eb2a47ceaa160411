import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMinistackServer } from "../../sandbox/servers/ministack-server.ts";
import { openPostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { commandLineOf } from "../../sandbox/servers/running-process.ts";

const PREFIX = "holdfast-test-";

/** Ends the servers of test runs that were killed, and removes their directories. */
export async function sweepDeadRuns(parent: string = tmpdir()): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const run = join(parent, name);
    const pid = Number(name.slice(PREFIX.length).split("-")[0]);
    if (commandLineOf(pid) !== undefined) continue;
    try {
      for (const server of readdirSync(run).map((entry) => join(run, entry))) {
        await openPostgresServer(server)?.kill();
        await openMinistackServer(server)?.kill();
      }
      rmSync(run, { recursive: true, force: true });
    } catch {
      // Another user's run, or another sweep at the same time: not ours to clean.
    }
  }
}

let directory: Promise<string> | undefined;

async function makeRunDirectory(): Promise<string> {
  await sweepDeadRuns();
  const made = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // PostgreSQL runs under another account and has to pass through.
  chmodSync(made, 0o711);
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The directory of this test run; removed when the process exits. */
export function runDirectory(): Promise<string> {
  directory ??= makeRunDirectory();
  return directory;
}

let counter = 0;

/** A fresh directory for one test, below that of the run. */
export async function testDirectory(name = "test"): Promise<string> {
  counter += 1;
  const made = join(await runDirectory(), `${name}-${counter}`);
  mkdirSync(made, { mode: 0o711 });
  return made;
}
