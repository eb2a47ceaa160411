import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const recordShape = z.object({
  directory: z.string(),
  binDirectory: z.string(),
  port: z.number().int(),
  user: z.string(),
  major: z.number().int(),
  tls: z.boolean(),
});

/** What a server's directory remembers about it between processes; the password is in a file of its own. */
export type PostgresServerRecord = z.infer<typeof recordShape>;

export interface PostgresPaths {
  readonly data: string;
  readonly archive: string;
  readonly log: string;
  readonly password: string;
  readonly certificate: string;
  readonly record: string;
}

/** Where the parts of a server are inside its directory. */
export function postgresPaths(directory: string): PostgresPaths {
  const root = resolve(directory);
  return {
    data: join(root, "data"),
    archive: join(root, "archive"),
    log: join(root, "postgres.log"),
    password: join(root, "password"),
    certificate: join(root, "server.crt"),
    record: join(root, "server.json"),
  };
}

/** The record of a directory; `undefined` when there is none or it was not written to its end. */
export function readRecord(directory: string): PostgresServerRecord | undefined {
  const file = postgresPaths(directory).record;
  if (!existsSync(file)) return undefined;
  try {
    return recordShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

export function writeRecord(record: PostgresServerRecord): void {
  const file = postgresPaths(record.directory).record;
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
