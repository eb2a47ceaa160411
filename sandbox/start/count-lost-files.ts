import { checkReferences } from "../../jobs/storage/check-references.ts";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import { connect } from "../../postgres/connect.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { StorageAddress } from "../supabase/storage-address.ts";
import type { StoryContext } from "./story-context.ts";

const WORKERS = 16;

/** Counts files that a rewound database speaks of and that are not there, or are others: a rewind brings no file back. */
export async function countLostFiles(
  { progress, signal }: StoryContext,
  vault: Vault,
  manifest: Manifest,
  bucket: string,
  project: { readonly address: DatabaseAddress; readonly storage: StorageAddress },
): Promise<number> {
  const source = new StorageSource(project.storage);
  const client = await connect(project.address, { applicationName: "holdfast sandbox" });
  try {
    const storage = { kind: "endpoint", source } as const;
    const request = { vault, manifest, bucket, client, storage, workers: WORKERS, progress, signal };
    const { missing, changed } = await checkReferences(request);
    return missing + changed;
  } finally {
    await client.end();
    source.close();
  }
}
