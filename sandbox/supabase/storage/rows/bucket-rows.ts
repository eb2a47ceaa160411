import pg from "pg";
import { runStatement } from "../run-statement.ts";
import type { StorageContext } from "../storage-context.ts";
import { refusals } from "../storage-refusal.ts";

export interface BucketRow {
  readonly name: string;
  readonly public: boolean;
  readonly createdAt: Date;
  /** Bytes; `null` without a limit of its own. */
  readonly fileSizeLimit: number | null;
}

const COLUMNS = `name, coalesce(public, false) AS public, created_at AS "createdAt",
  file_size_limit::float8 AS "fileSizeLimit"`;
const FIND = { name: "bucket-find", text: `SELECT ${COLUMNS} FROM storage.buckets WHERE id = $1` };
const LIST = {
  name: "bucket-list",
  text: `SELECT ${COLUMNS} FROM storage.buckets ORDER BY name COLLATE "C"`,
};
const CREATE = {
  name: "bucket-create",
  text: "INSERT INTO storage.buckets (id, name, public) VALUES ($1, $1, $2)",
};
const REMOVE = {
  name: "bucket-remove",
  text: "DELETE FROM storage.buckets WHERE id = $1 RETURNING id",
};

const failedWith = (error: unknown, state: string): boolean =>
  error instanceof pg.DatabaseError && error.code === state;

/** @throws StorageRefusal NoSuchBucket */
export async function findBucket(context: StorageContext, bucket: string): Promise<BucketRow> {
  const [row] = await runStatement<BucketRow>(context, FIND, [bucket]);
  if (!row) throw refusals.noSuchBucket();
  return row;
}

/** By name. */
export async function listBuckets(context: StorageContext): Promise<BucketRow[]> {
  return runStatement<BucketRow>(context, LIST, []);
}

/** @throws StorageRefusal BucketAlreadyExists */
export async function createBucket(
  context: StorageContext,
  bucket: string,
  isPublic: boolean,
): Promise<void> {
  try {
    await runStatement(context, CREATE, [bucket, isPublic]);
  } catch (error) {
    throw failedWith(error, "23505") ? refusals.bucketExists() : error;
  }
}

/** @throws StorageRefusal NoSuchBucket, ResourceNotEmpty */
export async function removeBucket(context: StorageContext, bucket: string): Promise<void> {
  try {
    const removed = await runStatement(context, REMOVE, [bucket]);
    if (removed.length === 0) throw refusals.noSuchBucket();
  } catch (error) {
    throw failedWith(error, "23503") ? refusals.bucketNotEmpty() : error;
  }
}
