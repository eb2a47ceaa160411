import { existsSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { replaceFile } from "../../replace-file.ts";
import { clusterPaths } from "./cluster-paths.ts";

const journalShape = z.discriminatedUnion("step", [
  /** The cluster's data is untouched; whatever is beside it can go. */
  z.object({ step: z.literal("recovering") }),
  /** The recovered data is whole and takes the place of the old, on its new timeline. */
  z.object({ step: z.literal("swapping"), timeline: z.number().int() }),
  /** The recovered data is in place; a base backup of it is still to be taken. */
  z.object({ step: z.literal("protecting") }),
]);

/** How far a rewind has come, so that whoever finds it can undo or finish it. */
export type RewindJournal = z.infer<typeof journalShape>;

/** `undefined` when no rewind is under way. */
export function readJournal(directory: string): RewindJournal | undefined {
  const { journal } = clusterPaths(directory);
  return existsSync(journal) ? journalShape.parse(JSON.parse(readFileSync(journal, "utf8"))) : undefined;
}

export function writeJournal(directory: string, journal: RewindJournal): void {
  replaceFile(clusterPaths(directory).journal, `${JSON.stringify(journal)}\n`, 0o600);
}

export function removeJournal(directory: string): void {
  rmSync(clusterPaths(directory).journal, { force: true });
}
