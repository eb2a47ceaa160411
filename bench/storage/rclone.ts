import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Measured, measure } from "../support/measure.ts";

/** An S3 endpoint as rclone is told of it, in its environment. */
export interface RcloneEnd {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Rclone {
  /** Makes `to` what `from` is. */
  sync(from: string, to: string, flags: readonly string[]): Promise<Measured>;
  /** How many objects lie below. */
  count(where: string): Promise<number>;
}

/**
 * What was fastest of rclone's flags on these servers, each measured alone. Without `--s3-no-head` and
 * `--s3-no-head-object` each object costs up to two more requests; 64 transfers are as fast as 32.
 * @see https://rclone.org/s3/
 */
const FLAGS = [
  ...["--transfers", "32", "--checkers", "32", "--fast-list", "--buffer-size", "0"],
  ...["--s3-no-check-bucket", "--s3-no-head", "--s3-no-head-object", "--use-server-modtime"],
];
/** Equal size and MD5, both of which the listings have: no request for an unchanged object. */
export const BY_CHECKSUM = ["--checksum"];
/** Newer at the source than the copy. */
export const BY_TIME = ["--update"];

/** rclone with three remotes: `src:`, `dst:`, and `sealed:`, which encrypts into `dst:<sealedInto>`. */
export async function openRclone(
  program: string,
  ends: { readonly src: RcloneEnd; readonly dst: RcloneEnd },
  sealedInto: string,
): Promise<Rclone> {
  const { stdout: password } = await promisify(execFile)(program, ["obscure", "bench-password"]);
  const env = {
    ...environmentOf("SRC", ends.src),
    ...environmentOf("DST", ends.dst),
    RCLONE_CONFIG_SEALED_TYPE: "crypt",
    RCLONE_CONFIG_SEALED_REMOTE: `dst:${sealedInto}`,
    RCLONE_CONFIG_SEALED_PASSWORD: password.trim(),
    RCLONE_CONFIG: "/dev/null",
  };
  return {
    sync: (from, to, flags) => measure(program, ["sync", from, to, ...FLAGS, ...flags], { env }),
    async count(where) {
      const { stdout } = await measure(program, ["size", where, "--json", "--fast-list"], { env });
      return (JSON.parse(stdout) as { count: number }).count;
    },
  };
}

function environmentOf(remote: string, end: RcloneEnd): Record<string, string> {
  const of = `RCLONE_CONFIG_${remote}`;
  return {
    [`${of}_TYPE`]: "s3",
    [`${of}_PROVIDER`]: "Other",
    [`${of}_ENDPOINT`]: end.endpoint,
    [`${of}_REGION`]: end.region,
    [`${of}_ACCESS_KEY_ID`]: end.accessKeyId,
    [`${of}_SECRET_ACCESS_KEY`]: end.secretAccessKey,
    [`${of}_FORCE_PATH_STYLE`]: "true",
  };
}
