import type pg from "pg";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";

/** What every step of one restore needs. */
export interface RestoreContext {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** A new connection to the target, set up as the source's sessions were. */
  connectTarget(applicationName: string): Promise<pg.Client>;
}
