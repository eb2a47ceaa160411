import { evidencePrefix, keySegment, REPORTS_PREFIX } from "../../vault/layout.ts";
import { versionPages } from "../../vault/list-versions.ts";
import type { Vault } from "../../vault/vault.ts";

/** What is stored below the prefixes of an environment. */
export interface VaultSize {
  /** Of all versions, also those that were replaced or hidden: all are paid for. */
  readonly bytes: number;
  readonly versions: number;
}

/**
 * Adds up what the vault holds. Costs one request for each thousand versions; memory does not grow with them.
 * @param projects names of all projects of the plan
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function vaultBytes(
  vault: Vault,
  projects: readonly string[],
  signal?: AbortSignal,
): Promise<VaultSize> {
  const prefixes = [
    ...projects.map((name) => `${keySegment(name, "project")}/`),
    evidencePrefix(vault.environment),
    REPORTS_PREFIX,
  ];
  const size = { bytes: 0, versions: 0 };
  for (const prefix of prefixes) {
    for await (const { Versions = [] } of versionPages(vault, prefix)) {
      signal?.throwIfAborted();
      size.versions += Versions.length;
      for (const { Size = 0 } of Versions) size.bytes += Size;
    }
  }
  return size;
}
