import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredDeployment } from "./deployment-format.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

/** How many resources each operation touched, e.g. `{create: 2, same: 1}`. */
export type ChangeCounts = Readonly<Record<string, number>>;

/** One finished run of a stack, as `pulumi stack history --json` tells it. */
export interface UpdateRecord {
  readonly kind: "update" | "refresh" | "destroy" | "import";
  /** ISO 8601. */
  readonly startTime: string;
  /** ISO 8601. */
  readonly endTime: string;
  readonly message: string;
  readonly environment: Readonly<Record<string, string>>;
  /** By key; a secret's value is its ciphertext. */
  readonly config: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  readonly result: "succeeded" | "failed";
  readonly resourceChanges: ChangeCounts;
}

/** Adds a run and the state it left to the history of a stack. */
export function appendHistory(directory: string, record: UpdateRecord, state: StoredDeployment): void {
  const stack = directory.split("/").at(-1);
  const nanoseconds = BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  const name = join(directory, `${stack}-${nanoseconds}`);
  writeFileAtomically(
    `${name}.checkpoint.json`,
    JSON.stringify({ version: 3, checkpoint: { stack, latest: state } }),
  );
  writeFileAtomically(`${name}.history.json`, JSON.stringify(record, null, 4));
}

/** The runs of a stack, newest first. */
export function readHistory(directory: string): UpdateRecord[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".history.json"))
    .sort()
    .reverse()
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as UpdateRecord);
}
