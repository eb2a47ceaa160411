import { rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchContext } from "../support/bench-context.ts";
import { measure, shell } from "../support/measure.ts";

const folderOf = (context: BenchContext) => join(context.scratch, "directory.dump");

/** zstd where the client has it (16 and newer), gzip else: what a careful user of pg_dump would type. */
export function directoryCompression(context: BenchContext): string {
  return context.postgres.major >= 16 ? "zstd:1" : "1";
}

/**
 * `pg_dump -Fd` with as many jobs, then rclone to the store; not encrypted. Leaves the folder for
 * `directoryRestore`.
 */
export async function directoryDump(context: BenchContext): Promise<number> {
  const folder = folderOf(context);
  rmSync(folder, { recursive: true, force: true });
  const startedAt = performance.now();
  const [command, args] = shell(
    '"$1" -Fd -j "$2" -Z "$3" -f "$4" && "$5" copy --s3-provider Other --s3-env-auth --s3-endpoint "$6" --s3-no-check-bucket --transfers 8 "$4" ":s3:$7/directory"',
    join(context.postgres.binDirectory, "pg_dump"),
    String(context.workers),
    directoryCompression(context),
    folder,
    context.tools.rclone,
    context.store.endpoint,
    context.rivalBucket,
  );
  await measure(command, args, { env: context.env });
  return (performance.now() - startedAt) / 1000;
}

/** `pg_restore` with as many jobs from the local folder: no download, no decryption. */
export async function directoryRestore(context: BenchContext, database: string): Promise<number> {
  const startedAt = performance.now();
  await measure(
    join(context.postgres.binDirectory, "pg_restore"),
    ["-j", String(context.workers), "-d", database, "--no-owner", folderOf(context)],
    { env: context.env },
  );
  return (performance.now() - startedAt) / 1000;
}
