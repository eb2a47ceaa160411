import { join, resolve } from "node:path";

/** Where downloaded tools are kept: `.holdfast/cache` of the project, or `HOLDFAST_CACHE`. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.HOLDFAST_CACHE ?? join(import.meta.dirname, "../../.holdfast/cache"));
}
