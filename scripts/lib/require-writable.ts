import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/**
 * Asks whether a report can be written, before the work that it reports on.
 * @throws HoldfastError FILE_NOT_WRITABLE (exit 2)
 */
export async function requireWritable(file: string): Promise<void> {
  const path = resolve(file);
  try {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw new Error("it is a directory");
    await access(found ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = { ENOENT: "its directory does not exist", EACCES: "it may not be written" }[code];
    throw new HoldfastError({
      code: "FILE_NOT_WRITABLE",
      message: `The file ${path} cannot be written: ${why ?? (cause instanceof Error ? cause.message : code)}`,
      hint: "Name a file in a directory that exists and may be written.",
      exitCode: 2,
      cause,
    });
  }
}
