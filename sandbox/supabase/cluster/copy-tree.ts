import { constants } from "node:fs";
import { chown, copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import type { ServerAccount } from "../../servers/server-account.ts";

export interface CopyTreeOptions {
  /** Whether to leave out what has this path, relative to the root. @default nothing is left out */
  readonly leaveOut?: (path: string) => boolean;
  /** Who shall own the copy. @default the caller */
  readonly account?: ServerAccount | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CopiedTree {
  readonly files: number;
  readonly bytes: number;
}

const FILES_AT_ONCE = 8;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

/** @returns the bytes of the copy; `undefined` when the file has gone meanwhile */
async function copyOne(from: string, to: string, account?: ServerAccount): Promise<number | undefined> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (account) await chown(to, account.uid, account.gid);
  return (await stat(to)).size;
}

/**
 * Copies directories and files while others may write to them; a file that is deleted meanwhile is left out. Each
 * directory is open to its owner alone.
 * @param to must not exist
 * Errors: `LINK_IN_CLUSTER` for anything but a file or a directory: its content would not be copied.
 */
export async function copyTree(from: string, to: string, options: CopyTreeOptions = {}): Promise<CopiedTree> {
  const { leaveOut = () => false, account, signal } = options;
  let files = 0;
  let bytes = 0;
  const copyDirectory = async (path: string): Promise<void> => {
    await mkdir(join(to, path), { mode: 0o700 });
    if (account) await chown(join(to, path), account.uid, account.gid);
    const entries = (await readdir(join(from, path), { withFileTypes: true })).filter(
      ({ name }) => !leaveOut(join(path, name)),
    );
    const other = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
    if (other) throw linkRefused(join(from, path, other.name));
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
    for (let first = 0; first < names.length; first += FILES_AT_ONCE) {
      signal?.throwIfAborted();
      const group = names.slice(first, first + FILES_AT_ONCE);
      const sizes = await Promise.all(
        group.map((name) => copyOne(join(from, name), join(to, name), account)),
      );
      for (const size of sizes.filter((size) => size !== undefined)) {
        files += 1;
        bytes += size;
      }
    }
    for (const entry of entries) if (entry.isDirectory()) await copyDirectory(join(path, entry.name));
  };
  await copyDirectory("");
  return { files, bytes };
}

function linkRefused(path: string): HoldfastError {
  return new HoldfastError({
    code: "LINK_IN_CLUSTER",
    message: `${path} is neither a file nor a directory, so a backup would lack what it leads to`,
    hint: "Drop the tablespace that it belongs to; a project's cluster has none",
  });
}
