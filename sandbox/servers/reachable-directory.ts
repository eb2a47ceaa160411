import { createHash } from "node:crypto";
import { lstatSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ServerAccount } from "./server-account.ts";

/** Whether `account` may pass through a directory with these rights. */
export function mayPass(
  status: { readonly uid: number; readonly gid: number; readonly mode: number },
  account: ServerAccount,
): boolean {
  if (status.uid === account.uid) return (status.mode & 0o100) !== 0;
  if (status.gid === account.gid) return (status.mode & 0o010) !== 0;
  return (status.mode & 0o001) !== 0;
}

function everyParentPasses(directory: string, account: ServerAccount): boolean {
  for (let at = dirname(resolve(directory)); ; at = dirname(at)) {
    const status = statSync(at, { throwIfNoEntry: false });
    if (status && !mayPass(status, account)) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Where a server under `account` can work: `wanted` itself when the account may pass through all its parents (a
 * checkout below /root is closed to others), else a directory of the same identity below the system's temporary
 * folder. Nothing is created. Errors: `DIRECTORY_NOT_OURS`.
 */
export function reachableDirectory(wanted: string, account: ServerAccount | undefined): string {
  if (!account || everyParentPasses(wanted, account)) return wanted;
  const identity = createHash("sha256").update(resolve(wanted)).digest("hex").slice(0, 12);
  const name = `holdfast-${identity}`;
  const parent = [tmpdir(), "/tmp", "/var/tmp"].find((at) => everyParentPasses(join(at, name), account));
  const directory = join(parent ?? tmpdir(), name);
  const status = lstatSync(directory, { throwIfNoEntry: false });
  // The name is predictable and its parent open to all, so a link or a stranger's directory must not be used.
  if (!status || (status.isDirectory() && status.uid === process.getuid?.())) return directory;
  throw new HoldfastError({
    code: "DIRECTORY_NOT_OURS",
    message: `${directory} belongs to another user`,
    hint: `Remove it (rm -rf ${directory}) or set TMPDIR to a directory of your own`,
  });
}
