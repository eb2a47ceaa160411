import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { commandLineOf } from "../../servers/running-process.ts";
import { EngineError } from "../engine-error.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

interface LockContent {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/**
 * Locks a stack against other runs: writes a lock beside those of others, and withdraws it when another is there.
 * The lock of a process of this machine that does not exist any more is removed; that of any other stays until
 * `pulumi cancel`.
 * @returns what releases the lock
 * @throws EngineError in the words that the Automation API tells a locked stack by
 */
export function lockStack(directory: string, warn: (text: string) => void): () => void {
  mkdirSync(directory, { recursive: true });
  refuseOthers(directory, undefined, warn);
  const own = join(directory, `${randomUUID()}.json`);
  const content: LockContent = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  writeFileAtomically(own, JSON.stringify(content));
  const release = (): void => rmSync(own, { force: true });
  try {
    refuseOthers(directory, own, warn);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** Removes every lock of a stack: `pulumi cancel`. @returns how many there were */
export function breakLocks(directory: string): number {
  const files = lockFiles(directory);
  for (const file of files) rmSync(file, { force: true });
  return files.length;
}

function lockFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(directory, name));
}

function refuseOthers(directory: string, own: string | undefined, warn: (text: string) => void): void {
  const held: string[] = [];
  for (const file of lockFiles(directory).filter((path) => path !== own)) {
    const content = readLock(file);
    if (content && isOfDeadProcess(content)) {
      rmSync(file, { force: true });
      warn(`the lock of process ${content.pid} was removed: that process does not exist any more`);
    } else {
      const by = content
        ? `${content.username}@${content.hostname} (pid ${content.pid})`
        : "an unknown process";
      held.push(`  ${file}: created by ${by} at ${content?.timestamp ?? "an unknown time"}`);
    }
  }
  if (held.length === 0) return;
  throw new EngineError(
    `the stack is currently locked by ${held.length} lock(s). Either wait for the other process(es) to end or ` +
      `delete the lock file with \`pulumi cancel\`.\n${held.join("\n")}`,
  );
}

function readLock(file: string): LockContent | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockContent;
  } catch {
    return undefined;
  }
}

function isOfDeadProcess({ pid, hostname: host }: LockContent): boolean {
  return host === hostname() && commandLineOf(pid) === undefined;
}
