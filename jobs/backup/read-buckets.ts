import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { readManagedAdditions } from "../../postgres/read-managed-additions.ts";
import type { ManifestBucket } from "../../vault/manifest.ts";

/** How a bucket is set, without what it holds. */
export type BucketSettings = Pick<
  ManifestBucket,
  "bucket" | "public" | "fileSizeLimit" | "allowedMimeTypes" | "policies"
>;

/** A row of `storage.buckets`; older versions of Storage lack some of the columns. */
interface BucketRow {
  readonly id: string;
  readonly settings: {
    readonly public?: boolean | null;
    readonly file_size_limit?: number | null;
    readonly allowed_mime_types?: readonly string[] | null;
  };
}

const SHOWN = 20;

/**
 * Reads how the wanted buckets of a Supabase project are set, in their order.
 *
 * @param client a session with an empty `search_path`
 * @throws HoldfastError STORAGE_BUCKET_UNKNOWN (exit 2), which names the buckets there are
 */
export async function readBuckets(client: pg.Client, wanted: readonly string[]): Promise<BucketSettings[]> {
  if (wanted.length === 0) return [];
  const rows = await bucketRows(client);
  const policies = await objectPolicies(client);
  return wanted.map((bucket) => {
    const row = rows.find(({ id }) => id === bucket);
    if (row === undefined) throw unknownBucket(bucket, rows);
    const { public: isPublic, file_size_limit: limit, allowed_mime_types: types } = row.settings;
    return {
      bucket,
      public: isPublic === true,
      ...(typeof limit === "number" && { fileSizeLimit: limit }),
      ...(types && { allowedMimeTypes: [...types] }),
      policies: policies.filter((sql) => concerns(sql, bucket)),
    };
  });
}

async function bucketRows(client: pg.Client): Promise<BucketRow[]> {
  const there = await client.query<{ there: boolean }>(
    "SELECT pg_catalog.to_regclass('storage.buckets') IS NOT NULL AS there",
  );
  if (there.rows[0]?.there !== true) return [];
  const reply = await client.query<BucketRow>(
    'SELECT id, pg_catalog.to_jsonb(buckets) AS settings FROM storage.buckets ORDER BY id COLLATE "C"',
  );
  return reply.rows;
}

async function objectPolicies(client: pg.Client): Promise<string[]> {
  const additions = await readManagedAdditions(client);
  return additions.flatMap(({ sql }) => (/^CREATE POLICY .* ON storage\.objects\b/s.test(sql) ? [sql] : []));
}

/** A policy that names no bucket at all is one of every bucket. */
function concerns(policy: string, bucket: string): boolean {
  return !/\bbucket_id\b/.test(policy) || policy.includes(pg.escapeLiteral(bucket));
}

function unknownBucket(bucket: string, rows: readonly BucketRow[]): HoldfastError {
  const known = rows.slice(0, SHOWN).map(({ id }) => id);
  return new HoldfastError({
    code: "STORAGE_BUCKET_UNKNOWN",
    message: `The project's Storage has no bucket ${bucket}; it has ${known.join(", ") || "none"}${
      rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : ""
    }.`,
    hint: "Name a bucket that exists, by its id, in the plan's storage section.",
    exitCode: 2,
  });
}
