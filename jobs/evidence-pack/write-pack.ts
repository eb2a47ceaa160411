import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/**
 * Writes a pack into a directory that is new or empty, so that nothing of another one is left among its files.
 * @throws HoldfastError DIRECTORY_NOT_EMPTY, DIRECTORY_UNWRITABLE (exit 2)
 */
export async function writePack(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    if ((await readdir(directory)).length > 0) throw notEmpty(directory);
    for (const [path, text] of files) {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: "wx" });
    }
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError({
      code: "DIRECTORY_UNWRITABLE",
      message: `The pack cannot be written into ${directory} (${Object(cause).code ?? "unknown"}).`,
      hint: "Name a directory that may be made and written to.",
      exitCode: 2,
      cause,
    });
  }
}

function notEmpty(directory: string): HoldfastError {
  return new HoldfastError({
    code: "DIRECTORY_NOT_EMPTY",
    message: `${directory} holds files already, which would become part of the pack.`,
    hint: "Name a new directory.",
    exitCode: 2,
  });
}
