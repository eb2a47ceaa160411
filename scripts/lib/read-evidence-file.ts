import { readFile } from "node:fs/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/**
 * The records of a file that `npm run evidence -- list --json` wrote. The key that came with them proves nothing about
 * them, and is left out.
 * @throws HoldfastError FILE_UNREADABLE, EVIDENCE_FILE_INVALID (exit 2)
 */
export async function readEvidenceFile(file: string): Promise<readonly unknown[]> {
  const text = await readTextFile(file);
  try {
    const content: unknown = JSON.parse(text);
    const records: unknown = Array.isArray(content) ? content : Object(content).records;
    if (Array.isArray(records)) return records;
  } catch {
    // Reported below, as any other content.
  }
  throw new HoldfastError({
    code: "EVIDENCE_FILE_INVALID",
    message: `${file} holds no evidence records.`,
    hint: "Write it with: npm run --silent evidence -- list --stack NAME --json > records.json",
    exitCode: 2,
  });
}

/** @throws HoldfastError FILE_UNREADABLE (exit 2) */
export async function readTextFile(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new HoldfastError({
      code: "FILE_UNREADABLE",
      message: `${file} cannot be read (${cause.code ?? "unknown"}).`,
      hint: "Give the path of a readable file.",
      exitCode: 2,
      cause,
    });
  });
}
