import { restoreStorage, type StorageRestoreResult } from "../../jobs/restore-storage.ts";
import { storageTargetName } from "../../jobs/storage-restore/admit-storage-target.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { StorageAddress } from "../supabase/storage-address.ts";
import type { StoryContext } from "./story-context.ts";

/** Restores the bucket of a point into the Storage of the project whose database was restored before. */
export function restoreFiles(
  { plan, progress, signal }: StoryContext,
  vault: Vault,
  manifest: Manifest,
  bucket: string,
  project: { readonly address: DatabaseAddress; readonly storage: StorageAddress },
): Promise<StorageRestoreResult> {
  const target = { ...project.storage, bucket, database: project.address };
  return restoreStorage({
    vault,
    manifest,
    bucket,
    target,
    sources: plan.projects.flatMap(({ storageAccess }) => storageAccess?.endpoint ?? []),
    confirm: storageTargetName(target),
    progress,
    signal,
  });
}
