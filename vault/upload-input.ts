import type { LockMode } from "./vault.ts";

export interface UploadInput {
  readonly key: string;
  /** Read once. Its error stops the upload and is passed on. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Worst case, in bytes; plans the part size, and with it the memory used. */
  readonly expectedBytes: number;
  /** @default "application/octet-stream" */
  readonly contentType?: string | undefined;
  /** Stored with the object, lower-case names, readable without a key. Never a secret. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Locks the object until then; without effect in a vault with lock mode `none`. */
  readonly lockUntil?: Date | undefined;
  /** @default the vault's */
  readonly lockMode?: LockMode | undefined;
  /**
   * Stores a new version of a key that may be taken, in a bucket that keeps the old one.
   * @default false: a key is written once
   */
  readonly newVersion?: boolean | undefined;
  /** Parts under way at once; memory is part size × (this + 1). 1 or more. @default 2 */
  readonly inFlightParts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
