import { rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchContext } from "../support/bench-context.ts";
import { measure, shell } from "../support/measure.ts";

const KEY = "image-style.dump.enc";

/** What the popular container images do: `pg_dump -Fc` to a file, encrypt the file, copy it with the S3 CLI. */
export async function imageDump(context: BenchContext): Promise<number> {
  const file = join(context.scratch, "image.dump");
  const startedAt = performance.now();
  const [command, args] = shell(
    '"$1" -Fc -f "$2" && openssl enc -aes-256-ctr -pbkdf2 -pass env:BENCH_PASSPHRASE -in "$2" -out "$2.enc" && rm "$2" && "$3" -m awscli --endpoint-url "$4" s3 cp --only-show-errors "$2.enc" "s3://$5/$6"',
    join(context.postgres.binDirectory, "pg_dump"),
    file,
    context.tools.aws.python,
    context.store.endpoint,
    context.rivalBucket,
    KEY,
  );
  await measure(command, args, { env: environment(context) });
  const seconds = (performance.now() - startedAt) / 1000;
  rmSync(`${file}.enc`, { force: true });
  return seconds;
}

/** The way back of the same images: download, decrypt, `pg_restore` of one file with one job. */
export async function imageRestore(context: BenchContext, database: string): Promise<number> {
  const file = join(context.scratch, "image.restore");
  const startedAt = performance.now();
  const [command, args] = shell(
    '"$3" -m awscli --endpoint-url "$4" s3 cp --only-show-errors "s3://$5/$6" "$2.enc" && openssl enc -d -aes-256-ctr -pbkdf2 -pass env:BENCH_PASSPHRASE -in "$2.enc" -out "$2" && "$1" -d "$7" --no-owner "$2"',
    join(context.postgres.binDirectory, "pg_restore"),
    file,
    context.tools.aws.python,
    context.store.endpoint,
    context.rivalBucket,
    KEY,
    database,
  );
  await measure(command, args, { env: environment(context) });
  const seconds = (performance.now() - startedAt) / 1000;
  for (const left of [file, `${file}.enc`]) rmSync(left, { force: true });
  return seconds;
}

function environment(context: BenchContext): NodeJS.ProcessEnv {
  const { packagesDirectory } = context.tools.aws;
  return {
    ...context.env,
    BENCH_PASSPHRASE: "a passphrase for the bench",
    ...(packagesDirectory === undefined ? {} : { PYTHONPATH: packagesDirectory }),
  };
}
