import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { storeError } from "../store-error.ts";
import type { Vault } from "../vault.ts";

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * The objects below a prefix in the order of their keys, a page at a time.
 * @param startAfter keys up to here are left out
 */
export async function* listKeys(
  vault: Vault,
  prefix: string,
  startAfter?: string,
): AsyncGenerator<ListedObject> {
  let next: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await vault.s3
      .send(
        new ListObjectsV2Command({
          Bucket: vault.bucket,
          Prefix: prefix,
          ...(startAfter && { StartAfter: startAfter }),
          ...(next && { ContinuationToken: next }),
        }),
      )
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListObjectsV2", bucket: vault.bucket, key: prefix });
      });
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      // Without a date it counts as new, which keeps it.
      if (Key) yield { key: Key, bytes: Size ?? 0, modifiedAt: LastModified ?? new Date(8.64e15) };
    }
    next = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (next);
}
