import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { storeError } from "../../vault/store-error.ts";
import type { Vault } from "../../vault/vault.ts";

/** @throws HoldfastError STORAGE_ABSENT, STORAGE_BUCKET_UNKNOWN (exit 2), which names the buckets there are */
export async function checkSourceBucket(client: pg.Client, bucket: string): Promise<void> {
  const found = await client.query<{ storage: boolean }>(
    "SELECT pg_catalog.to_regclass('storage.objects') IS NOT NULL AS storage",
  );
  if (found.rows[0]?.storage !== true) {
    throw new HoldfastError({
      code: "STORAGE_ABSENT",
      message:
        "The database has no table storage.objects: it is no Supabase project, or its Storage was never used.",
      hint: "Check the project's connection, or take the buckets out of its storage section in the plan.",
      exitCode: 2,
    });
  }
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM storage.buckets ORDER BY id = $1 DESC, id LIMIT 20",
    [bucket],
  );
  if (rows[0]?.id === bucket) return;
  throw new HoldfastError({
    code: "STORAGE_BUCKET_UNKNOWN",
    message: `The project's Storage has no bucket ${bucket}; it has ${rows.map(({ id }) => id).join(", ") || "none"}.`,
    hint: "Name a bucket that exists, by its id, in the plan's storage section.",
    exitCode: 2,
  });
}

/**
 * A mirror without versions would lose the old bytes of every object that is replaced.
 * @throws HoldfastError VAULT_NOT_VERSIONED (exit 2), STORE_…
 */
export async function checkVersioning({ s3, bucket }: Vault): Promise<void> {
  const { Status } = await s3
    .send(new GetBucketVersioningCommand({ Bucket: bucket }))
    .catch((error: unknown) => {
      throw storeError(error, { operation: "GetBucketVersioning", bucket });
    });
  if (Status === "Enabled") return;
  throw new HoldfastError({
    code: "VAULT_NOT_VERSIONED",
    message: `The vault's bucket ${bucket} keeps no versions (${Status ?? "never enabled"}): a replaced object would overwrite its copy.`,
    hint: `Enable them: aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
    exitCode: 2,
  });
}
