import type { Vault } from "./vault.ts";

/** Whether a vault was opened at its replica: what is written there would meet what is replicated. */
export const isReplica = ({ bucket, replica }: Pick<Vault, "bucket" | "replica">): boolean =>
  replica !== undefined && bucket === replica.bucket;
