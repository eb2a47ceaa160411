import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../replace-file.ts";

/** What the state in a folder is encrypted with; kept beside it, and made with it. */
export function stackPassphrase(directory: string): string {
  const file = join(directory, "passphrase");
  mkdirSync(directory, { recursive: true });
  if (!existsSync(file)) replaceFile(file, randomBytes(18).toString("base64url"), 0o600);
  return readFileSync(file, "utf8");
}
