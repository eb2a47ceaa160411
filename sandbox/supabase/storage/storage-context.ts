import type pg from "pg";
import type { Clock } from "../../../plan/clock.ts";
import type { BlobStore } from "./blob-store.ts";

/** Runs statements in the project's database, e.g. a pool of connections. */
export type StorageDatabase = Pick<pg.Pool, "query">;

/** Who may come in, and up to which size; asked for at every request, so that a change holds at once. */
export interface StorageAccess {
  /** `features.s3Protocol.enabled` of the project's storage settings. */
  readonly s3Protocol: boolean;
  readonly accessKeys: readonly { readonly accessKeyId: string; readonly secretAccessKey: string }[];
  /** Signs requests that carry a session token, as the ref itself does. @default no such requests */
  readonly anonKey?: string;
  /** Bearer tokens that pass row security: the service role's. */
  readonly serviceKeys: readonly string[];
  /** Signs the tokens of signed URLs: the project's JWT secret. */
  readonly tokenSecret: string;
  /** `fileSizeLimit` of the project's storage settings, in bytes; a bucket's own limit can only lower it. */
  readonly fileSizeLimitBytes: number;
}

/** What every route needs. */
export interface StorageContext {
  readonly ref: string;
  readonly region: string;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly anyKey: boolean;
  access(): StorageAccess;
  database(): Promise<StorageDatabase>;
}
