import { execFileSync } from "node:child_process";
import { serverAccount } from "../../sandbox/servers/server-account.ts";
import { testDirectory } from "./servers.ts";

export interface SmallDisk {
  readonly directory: string;
  grow(mebibytes: number): void;
  /** Nothing may use it any more. */
  remove(): void;
}

const quiet = (command: string, ...args: string[]): void =>
  void execFileSync(command, args, { stdio: ["ignore", "ignore", "ignore"] });

/** A file system of its own that PostgreSQL may write to; undefined where this process must not mount one. */
export async function createSmallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const account = serverAccount();
  if (process.platform !== "linux" || account === undefined) return undefined;
  const directory = await testDirectory("small-disk");
  const owner = `mode=700,uid=${account.uid},gid=${account.gid}`;
  try {
    quiet("mount", "-t", "tmpfs", "-o", `size=${mebibytes}m,${owner}`, "tmpfs", directory);
  } catch {
    return undefined;
  }
  let isMounted = true;
  const remove = (): void => {
    if (isMounted) quiet("umount", "--lazy", directory);
    isMounted = false;
  };
  process.once("exit", remove);
  return {
    directory,
    grow: (size) => quiet("mount", "-o", `remount,size=${size}m`, directory),
    remove,
  };
}
