import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { commandLineOf } from "../servers/running-process.ts";

/** Removes what killed installations of `directory` left: `<name>.<pid>.<random>.unfinished`. */
function sweepUnfinished(directory: string): void {
  for (const entry of readdirSync(dirname(directory))) {
    if (!entry.startsWith(`${basename(directory)}.`) || !entry.endsWith(".unfinished")) continue;
    const pid = Number(entry.slice(basename(directory).length + 1).split(".")[0]);
    if (commandLineOf(pid) === undefined)
      rmSync(join(dirname(directory), entry), { recursive: true, force: true });
  }
}

/**
 * Fills `directory` by `install` unless it exists. The work is done in a folder aside and renamed into place, so a
 * directory that exists is complete; of two processes at once the second throws its own work away. No lock, thus
 * nothing to be left behind by a kill.
 */
export async function installOnce(
  directory: string,
  install: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (existsSync(directory)) return;
  mkdirSync(dirname(directory), { recursive: true });
  sweepUnfinished(directory);
  const unfinished = `${directory}.${process.pid}.${randomBytes(4).toString("hex")}.unfinished`;
  try {
    mkdirSync(unfinished);
    await install(unfinished);
    renameSync(unfinished, directory);
  } catch (error) {
    const wasSecond =
      error instanceof Error && "code" in error && ["ENOTEMPTY", "EEXIST"].includes(String(error.code));
    if (!wasSecond) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
