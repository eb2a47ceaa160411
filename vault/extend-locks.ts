import { extendLock } from "./extend-lock.ts";
import { chunkKey } from "./layout.ts";
import type { Manifest } from "./manifest.ts";
import { runLimited } from "./run-limited.ts";
import type { LockMode, Vault } from "./vault.ts";

/**
 * Raises the lock of each chunk to the manifest's `retainUntil`. Chunks are uploaded with a lock of a day, so that a
 * run that dies leaves nothing that cannot be swept; this is the step after `writeManifest`. Never shortens a lock; a
 * run that was killed is completed by calling it again.
 * @returns how many chunks are now locked until `retainUntil` or longer; 0 in a vault with lock mode `none`
 * @throws HoldfastError STORE_…
 */
export async function extendLocks(
  vault: Vault,
  manifest: Manifest,
  options: {
    /** Requests at once. @default 16 */
    readonly concurrency?: number | undefined;
    /** The tier's, when it differs from the vault's. */
    readonly lockMode?: LockMode | undefined;
  } = {},
): Promise<number> {
  const mode = options.lockMode ?? vault.lockMode;
  if (mode === "none" || vault.lockMode === "none") return 0;
  const until = new Date(manifest.retainUntil);
  await runLimited(manifest.chunks, options.concurrency ?? 16, async (chunk) => {
    const key = chunkKey(manifest.project, manifest.tier, manifest.id, chunk.path);
    await extendLock(vault, { key, versionId: chunk.versionId, mode, until });
  });
  return manifest.chunks.length;
}
