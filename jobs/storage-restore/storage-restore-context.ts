import type pg from "pg";
import type { Manifest, ManifestBucket } from "../../vault/manifest.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import { type InventoryMatch, matchInventory } from "../storage/match-inventory.ts";
import { readInventory } from "../storage/read-inventory.ts";
import { compareTarget, type TargetState, targetObjects } from "./compare-target.ts";
import type { TargetStorage } from "./target-storage.ts";

/** What all steps of a restore share. */
export interface StorageRestoreContext {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly wanted: ManifestBucket;
  readonly target: TargetStorage;
  /** A session of the target project's database; absent for a plain bucket. */
  readonly client: pg.Client | undefined;
  /** Of the mirror's index, in order; may be called again. */
  entries(): AsyncGenerator<IndexEntry>;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The objects of the point and the mirror's copies of them. */
export function pointObjects(context: StorageRestoreContext): AsyncGenerator<InventoryMatch> {
  const { vault, manifest, wanted } = context;
  return matchInventory(readInventory(vault, manifest, wanted.bucket), context.entries());
}

/** The point and the target, name by name, as the target is now. */
export function statesOf(context: StorageRestoreContext): AsyncGenerator<TargetState> {
  const { target, client, signal } = context;
  return compareTarget(pointObjects(context), targetObjects(target, client, signal));
}
