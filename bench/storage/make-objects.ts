import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { objectName } from "./storage-project.ts";

export interface MakeObjects {
  /** Of the project's database, for a role that may write `storage.objects`. */
  readonly client: pg.Client;
  /** Where the gateway keeps the bytes of the project. */
  readonly blobs: string;
  readonly bucket: string;
  readonly objects: number;
  /** Of each object. Absent: rows without bytes. */
  readonly bytes?: number;
}

const BATCH = 2_000;
/** Enough for the number that tells objects apart. */
const LEAST_BYTES = 4;
const FILES_AT_ONCE = 32;

interface MadeRow {
  readonly name: string;
  readonly version: string;
  readonly eTag: string;
}

/**
 * Makes a bucket with objects as the gateway would have written them a week ago, by row and file: uploads of 200,000
 * would take longer than all that is measured.
 */
export async function makeObjects({ client, blobs, bucket, objects, bytes }: MakeObjects): Promise<void> {
  await client.query("INSERT INTO storage.buckets (id, name) VALUES ($1, $1)", [bucket]);
  for (let shard = 0; shard < 256; shard++)
    await mkdir(join(blobs, "objects", shard.toString(16).padStart(2, "0")), { recursive: true });
  const content = randomBytes(bytes ?? LEAST_BYTES);
  for (let from = 0; from < objects; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, objects - from) }, (_, at) => from + at);
    const rows: MadeRow[] = [];
    const make = async () => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop())
        rows.push(await makeObject(number, content, bytes === undefined ? undefined : blobs));
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, make));
    await client.query(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata, created_at, updated_at, last_accessed_at)
       SELECT $1, name, version, jsonb_build_object('eTag', '"' || etag || '"', 'size', $5::bigint, 'mimetype', 'image/jpeg',
         'cacheControl', 'no-cache', 'lastModified', '2026-01-01T00:00:00.000Z', 'contentLength', $5::bigint, 'httpStatusCode', 200),
         made, made, made
       FROM unnest($2::text[], $3::text[], $4::text[]) AS row (name, version, etag), (SELECT now() - interval '7 days' AS made) AS at`,
      [bucket, ...columns(rows), bytes ?? 65_536],
    );
  }
  await client.query("ANALYZE storage.objects");
}

async function makeObject(number: number, content: Buffer, blobs: string | undefined): Promise<MadeRow> {
  const version = randomUUID();
  const own = Buffer.from(content);
  own.writeUInt32BE(number);
  if (blobs !== undefined) await writeFile(join(blobs, "objects", version.slice(0, 2), version), own);
  return { name: objectName(number), version, eTag: createHash("md5").update(own).digest("hex") };
}

const columns = (rows: readonly MadeRow[]) => [
  rows.map(({ name }) => name),
  rows.map(({ version }) => version),
  rows.map(({ eTag }) => eTag),
];
