import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** `git describe --tags --always` of the working directory; undefined outside a repository or without git. */
export async function gitDescribe(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["describe", "--tags", "--always"], {
      timeout: 5_000,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
