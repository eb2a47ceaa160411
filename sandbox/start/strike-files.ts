import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { openS3 } from "../../jobs/storage/open-s3.ts";
import type { StorageAddress } from "../supabase/storage-address.ts";

/** What happens to the files of a bucket, through its Storage as somebody with its keys would do it. */
export interface FileDisaster {
  readonly bucket: string;
  readonly deleted: number;
  /** Replaced by something else under the same name. */
  readonly overwritten: number;
}

export async function strikeFiles(storage: StorageAddress, disaster: FileDisaster): Promise<void> {
  const { bucket: Bucket, deleted, overwritten } = disaster;
  const s3 = openS3({ ...storage, attempts: 3 });
  try {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: deleted + overwritten }),
    );
    const keys = Contents.map(({ Key }) => Key);
    if (keys.length < deleted + overwritten) throw new Error(`${Bucket} holds ${keys.length} files only`);
    await Promise.all(
      keys.map((Key, at) =>
        at < deleted
          ? s3.send(new DeleteObjectCommand({ Bucket, Key }))
          : s3.send(new PutObjectCommand({ Bucket, Key, Body: "not a cake", ContentType: "image/jpeg" })),
      ),
    );
  } finally {
    s3.destroy();
  }
}
