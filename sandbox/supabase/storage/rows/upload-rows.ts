import { runStatement } from "../run-statement.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals } from "../storage-refusal.ts";

/** Which unfinished upload; a request that names another object than it was begun for does not find it. */
export interface UploadAddress {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
}

export interface UploadRow {
  readonly uploadId: string;
  readonly key: string;
  readonly version: string;
  readonly userMetadata: Record<string, string> | null;
  readonly createdAt: Date;
}

export interface PartRow {
  readonly number: number;
  readonly eTag: string;
  readonly createdAt: Date;
}

const COLUMNS = `id AS "uploadId", key, version, user_metadata AS "userMetadata", created_at AS "createdAt"`;
const BEGIN = {
  name: "upload-begin",
  text: `INSERT INTO storage.s3_multipart_uploads (id, bucket_id, key, version, upload_signature, user_metadata)
    SELECT $1, id, $3, $4, $5, $6::jsonb FROM storage.buckets WHERE id = $2 RETURNING id`,
};
const FIND = {
  name: "upload-find",
  text: `SELECT ${COLUMNS} FROM storage.s3_multipart_uploads WHERE id = $1 AND bucket_id = $2 AND key = $3`,
};
// Parts count towards the limit as they come, also one that is sent again: the service counts so.
const ADD_PART = {
  name: "upload-add-part",
  text: `WITH upload AS (
      UPDATE storage.s3_multipart_uploads AS upload SET in_progress_size = in_progress_size + $6
      FROM storage.buckets AS bucket
      WHERE upload.id = $1 AND bucket_id = $2 AND key = $3 AND bucket.id = bucket_id
        AND in_progress_size + $6 <= least(coalesce(file_size_limit, $7), $7)
      RETURNING version
    )
    INSERT INTO storage.s3_multipart_uploads_parts (upload_id, bucket_id, key, part_number, etag, version)
    SELECT $1, $2, $3, $4, $5, version FROM upload RETURNING id`,
};
const PARTS = {
  name: "upload-parts",
  text: `SELECT DISTINCT ON (part_number) part_number AS number, etag AS "eTag", created_at AS "createdAt"
    FROM storage.s3_multipart_uploads_parts WHERE upload_id = $1 AND part_number > $2
    ORDER BY part_number, created_at DESC LIMIT $3`,
};
const LIST = {
  name: "upload-list",
  text: `SELECT ${COLUMNS} FROM storage.s3_multipart_uploads
    WHERE bucket_id = $1 AND starts_with(key, $2) AND (key, id COLLATE "C") > ($3, $4)
    ORDER BY key, id COLLATE "C" LIMIT $5`,
};
const REMOVE = { name: "upload-remove", text: "DELETE FROM storage.s3_multipart_uploads WHERE id = $1" };

/** @throws StorageRefusal NoSuchBucket */
export async function beginUploadRow(
  context: StorageContext,
  { uploadId, bucket, key }: UploadAddress,
  row: { version: string; signature: string; userMetadata: Readonly<Record<string, string>> | undefined },
): Promise<void> {
  const metadata = row.userMetadata ? JSON.stringify(row.userMetadata) : null;
  const values = [uploadId, bucket, key, row.version, row.signature, metadata];
  const begun = await runStatement(context, BEGIN, values);
  if (begun.length === 0) throw refusals.noSuchBucket();
}

/** @throws StorageRefusal NoSuchUpload */
export async function findUpload(context: StorageContext, address: UploadAddress): Promise<UploadRow> {
  const { uploadId, bucket, key } = address;
  const [row] = await runStatement<UploadRow>(context, FIND, [uploadId, bucket, key]);
  if (!row) throw refusals.noSuchUpload();
  return row;
}

/** @throws StorageRefusal NoSuchUpload, EntityTooLarge */
export async function addPartRow(
  context: StorageContext,
  address: UploadAddress,
  part: { number: number; eTag: string; bytes: number },
): Promise<void> {
  const { uploadId, bucket, key } = address;
  const { fileSizeLimitBytes } = context.access();
  const values = [uploadId, bucket, key, part.number, part.eTag, part.bytes, fileSizeLimitBytes];
  const added = await runStatement(context, ADD_PART, values);
  if (added.length > 0) return;
  await findUpload(context, address);
  throw refusals.tooLarge();
}

/** By number; of a part that came more than once the last. */
export async function listPartRows(
  context: StorageContext,
  uploadId: string,
  { after, limit }: { after: number; limit: number },
): Promise<PartRow[]> {
  return runStatement<PartRow>(context, PARTS, [uploadId, after, limit]);
}

/** By key and id. */
export async function listUploadRows(
  context: StorageContext,
  bucket: string,
  page: { prefix: string; afterKey: string; afterId: string; limit: number },
): Promise<UploadRow[]> {
  return runStatement<UploadRow>(context, LIST, [
    bucket,
    page.prefix,
    page.afterKey,
    page.afterId,
    page.limit,
  ]);
}

/** Its parts go with it. */
export async function removeUploadRow(context: StorageContext, uploadId: string): Promise<void> {
  await runStatement(context, REMOVE, [uploadId]);
}
