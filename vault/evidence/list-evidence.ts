import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { evidenceKey, evidencePrefix, parseEvidenceKey } from "../layout.ts";
import { readObject } from "../read-object.ts";
import { runLimited } from "../run-limited.ts";
import { storeError } from "../store-error.ts";
import type { Vault } from "../vault.ts";

const CONCURRENCY = 16;
const MAXIMUM_RECORD_BYTES = 16 * 1024 * 1024;

/**
 * All records of the vault's environment, oldest first, as they are stored: nothing is checked, a record that is no
 * JSON comes as its text. `verifyEvidence` judges them.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function listEvidence(vault: Vault): Promise<unknown[]> {
  const sequences = await listSequences(vault);
  const records: unknown[] = [];
  await runLimited([...sequences.entries()], CONCURRENCY, async ([index, sequence]) => {
    records[index] = await readEvidence(vault, sequence);
  });
  return records;
}

/** One record as it is stored, or its text when it is no JSON. */
export async function readEvidence(vault: Vault, sequence: number): Promise<unknown> {
  const key = evidenceKey(vault.environment, sequence);
  const text = (await readObject(vault, key, { maximumBytes: MAXIMUM_RECORD_BYTES })).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The sequence of the newest record, 0 when there is none. */
export async function lastEvidenceSequence(vault: Vault): Promise<number> {
  return (await listSequences(vault)).at(-1) ?? 0;
}

async function listSequences(vault: Vault): Promise<number[]> {
  const prefix = evidencePrefix(vault.environment);
  const sequences: number[] = [];
  let next: string | undefined;
  do {
    const page = await vault.s3
      .send(
        new ListObjectsV2Command({
          Bucket: vault.bucket,
          Prefix: prefix,
          ...(next && { ContinuationToken: next }),
        }),
      )
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListObjectsV2", bucket: vault.bucket, key: prefix });
      });
    for (const { Key } of page.Contents ?? []) {
      const parsed = Key === undefined ? undefined : parseEvidenceKey(Key);
      if (parsed) sequences.push(parsed.sequence);
    }
    next = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (next);
  return sequences.sort((a, b) => a - b);
}
