import type { StorageAddress } from "../supabase/storage-address.ts";

/** A sample product: a simulated project with the ref that the shipped plan gives it. */
export interface SampleProject {
  readonly ref: string;
  /** For `postgres`, who owns the product and is no superuser. */
  readonly url: string;
  /** For the superuser. */
  readonly adminUrl: string;
  readonly storage: StorageAddress;
}
