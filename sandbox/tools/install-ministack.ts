import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MinistackProgram } from "../servers/ministack-server.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { installPythonPackages } from "./install-python-packages.ts";

const REQUIREMENTS = join(import.meta.dirname, "ministack-requirements.txt");

/**
 * Installs ministack 1.5.33 with pinned dependencies into the cache (about 110 MB, 15 s) unless it is there.
 * `cryptography` belongs to it: without it the KMS part cannot sign.
 * Errors: as `installPythonPackages`.
 */
export function installMinistack(cache: string = cacheDirectory()): Promise<MinistackProgram> {
  // Other pins are another installation, so a changed list never meets half of the old one.
  const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 8);
  return installPythonPackages({
    directory: join(cache, `ministack-1.5.33-${pins}`),
    title: "ministack 1.5.33",
    wanted: ["-r", REQUIREMENTS],
  });
}
