import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../replace-file.ts";

const recordShape = z.object({
  directory: z.string(),
  port: z.number().int(),
  python: z.string(),
  packagesDirectory: z.string().optional(),
  persist: z.boolean(),
});

/** What a ministack's directory remembers about it between processes. */
export type MinistackRecord = z.infer<typeof recordShape>;

const fileOf = (directory: string): string => join(directory, "server.json");

/** `undefined` when the directory has no record of a ministack. */
export function readMinistackRecord(directory: string): MinistackRecord | undefined {
  try {
    return recordShape.parse(JSON.parse(readFileSync(fileOf(directory), "utf8")));
  } catch {
    return undefined;
  }
}

export function writeMinistackRecord(record: MinistackRecord): void {
  replaceFile(fileOf(record.directory), `${JSON.stringify(record, null, 2)}\n`);
}
