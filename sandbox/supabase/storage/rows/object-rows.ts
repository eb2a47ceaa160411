import { runStatement } from "../run-statement.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals } from "../storage-refusal.ts";

/** The column `metadata`, as the service fills it. */
export interface ObjectMetadata {
  /** In quotation marks; of several parts `"<md5 of the parts' md5>-<count>"`. */
  readonly eTag: string;
  /** Bytes. */
  readonly size: number;
  readonly mimetype: string;
  readonly cacheControl: string;
  /** ISO-8601. */
  readonly lastModified: string;
  readonly contentLength: number;
  readonly httpStatusCode: number;
}

export interface ObjectRow {
  readonly version: string | null;
  /** A row that someone wrote by SQL may lack any of it. */
  readonly metadata: Partial<ObjectMetadata> | null;
  readonly userMetadata: Record<string, unknown> | null;
  readonly updatedAt: Date;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly metadata: ObjectMetadata;
  readonly userMetadata: Readonly<Record<string, string>> | undefined;
}

const FIND = {
  name: "object-find",
  text: `SELECT version, metadata, user_metadata AS "userMetadata", updated_at AS "updatedAt"
    FROM storage.objects WHERE bucket_id = $1 AND name = $2`,
};
// One round trip a write: the bucket's limits are checked by the statement that writes the row.
const PUT = {
  name: "object-put",
  text: `WITH bucket AS (
      SELECT id, coalesce($6::bigint <= file_size_limit, true) AS fits,
        coalesce(cardinality(allowed_mime_types), 0) = 0
          OR allowed_mime_types && ARRAY[$7::text, split_part($7::text, '/', 1) || '/*', '*/*'] AS allowed
      FROM storage.buckets WHERE id = $1
    ), old AS (
      SELECT version FROM storage.objects WHERE bucket_id = $1 AND name = $2
    ), put AS (
      INSERT INTO storage.objects (bucket_id, name, version, metadata, user_metadata)
      SELECT id, $2, $3, $4::jsonb, $5::jsonb FROM bucket WHERE fits AND allowed
      ON CONFLICT (bucket_id, name) DO UPDATE
        SET version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata
      RETURNING id
    )
    SELECT fits, allowed, old.version AS replaced FROM bucket LEFT JOIN old ON true LEFT JOIN put ON true`,
};
const REMOVE = {
  name: "object-remove",
  text: "DELETE FROM storage.objects WHERE bucket_id = $1 AND name = ANY ($2) RETURNING name, version",
};

/** @throws StorageRefusal NoSuchKey, also for an unknown bucket */
export async function findObject(context: StorageContext, bucket: string, key: string): Promise<ObjectRow> {
  const [row] = await runStatement<ObjectRow>(context, FIND, [bucket, key]);
  if (!row) throw refusals.noSuchKey();
  return row;
}

interface PutAnswer {
  readonly fits: boolean;
  readonly allowed: boolean;
  readonly replaced: string | null;
}

/**
 * Writes the row of an object whose bytes are there, in place of the one that has its name.
 * @returns the version that it replaced
 * @throws StorageRefusal NoSuchBucket, EntityTooLarge, InvalidMimeType
 */
export async function putObjectRow(context: StorageContext, object: NewObject): Promise<string | undefined> {
  const { bucket, key, version, metadata, userMetadata } = object;
  const type = (metadata.mimetype.split(";")[0] ?? "").trim();
  const [answer] = await runStatement<PutAnswer>(context, PUT, [
    bucket,
    key,
    version,
    JSON.stringify(metadata),
    userMetadata ? JSON.stringify(userMetadata) : null,
    metadata.size,
    type,
  ]);
  if (!answer) throw refusals.noSuchBucket();
  if (!answer.fits) throw refusals.tooLarge();
  if (!answer.allowed) throw refusals.invalidMimeType(type);
  return answer.replaced ?? undefined;
}

/** @returns the versions of the rows that were there */
export async function removeObjectRows(
  context: StorageContext,
  bucket: string,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await runStatement<{ version: string | null }>(context, REMOVE, [bucket, keys]);
  return rows.flatMap(({ version }) => version ?? []);
}
