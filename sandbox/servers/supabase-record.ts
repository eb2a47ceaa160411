import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../replace-file.ts";

const recordShape = z.object({
  directory: z.string(),
  binDirectory: z.string(),
  port: z.number().int(),
  /** What differs from the quick timing. */
  timing: z.record(z.string(), z.number()),
  limitPerMinute: z.number().int(),
});

/** What a simulated Supabase's directory remembers of its process; the rest is in its own `state.json`. */
export type SupabaseRecord = z.infer<typeof recordShape>;

const fileOf = (directory: string): string => join(directory, "server.json");

/** `undefined` when the directory has no record. */
export function readSupabaseRecord(directory: string): SupabaseRecord | undefined {
  const file = fileOf(directory);
  if (!existsSync(file)) return undefined;
  const record = recordShape.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return record.success ? record.data : undefined;
}

export function writeSupabaseRecord(record: SupabaseRecord): void {
  replaceFile(fileOf(record.directory), `${JSON.stringify(record, null, 2)}\n`);
}
