import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { commandLineOf } from "./servers/running-process.ts";

const WAIT_SECONDS = 300;

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const holder = holderOf(lock);
  if (holder !== undefined && holder !== 0 && commandLineOf(holder) === undefined) {
    // Moved aside first: of two processes that find the dead holder only one gets it out of the way.
    try {
      renameSync(lock, `${lock}.${process.pid}`);
    } catch {
      return false;
    }
    rmSync(`${lock}.${process.pid}`, { force: true });
  }
  return false;
}

/** Runs `work` while no other process of this machine does so under the same lock file; a dead holder's is taken over. */
export async function exclusive<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = performance.now() + WAIT_SECONDS * 1000;
  while (!take(lock)) {
    if (performance.now() > deadline)
      throw new HoldfastError({
        code: "SANDBOX_BUSY",
        message: `Process ${holderOf(lock)} has been working on this sandbox for ${WAIT_SECONDS} s`,
        hint: `Wait for it or end it; remove ${lock} when there is no such process`,
      });
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
