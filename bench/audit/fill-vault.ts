import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PutObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { pointId } from "../../plan/point-id.ts";
import { chunkKey, manifestKey, pointPrefix } from "../../vault/layout.ts";
import { VERIFIED_AT_TAG, VERIFIED_TAG } from "../../vault/list-points.ts";
import { runLimited } from "../../vault/run-limited.ts";
import type { Vault } from "../../vault/vault.ts";
import type { AuditSizes } from "./audit-sizes.ts";
import { nights } from "./nights.ts";

export interface FillOptions extends AuditSizes {
  readonly project: string;
  readonly now: Date;
  /** The folder of the bucket on disk, as the store keeps it. */
  readonly folder: string;
}

const DAY_MILLISECONDS = 86_400_000;
const CONCURRENCY = 32;
const BODY = Buffer.alloc(64, 7);

/**
 * Stores nightly points as backups leave them, as far as an audit sees it: chunks and manifests of the right names,
 * locks, metadata and tags. What is in them is not what an audit reads. The chunks of one point go through the store's
 * API; those of the others are copies of its files, attributes included, as 100,000 uploads would take the most of it.
 */
export async function fillVault(vault: Vault, options: FillOptions): Promise<void> {
  const { project, points, chunks, now, folder } = options;
  const taken = [...nights(points, now)];
  const ids = taken.map((at) => pointId("nightly", at));
  const [first = "", ...others] = ids;
  // Longer than any of them needs.
  const lock = new Date(now.getTime() + points * DAY_MILLISECONDS);
  const numbers = Array.from({ length: chunks }, (_, index) => index);
  await runLimited(numbers, CONCURRENCY, (number) =>
    put(vault, chunkKey(project, "nightly", first, `data/public.orders/${number}`), lock),
  );
  const place = (id: string) => join(folder, pointPrefix(project, "nightly", id), "data");
  await runLimited(others, 2, async (id) => {
    await mkdir(dirname(place(id)), { recursive: true });
    await promisify(execFile)("cp", ["-a", place(first), place(id)]);
  });
  await runLimited(taken, CONCURRENCY, async (at) => {
    const key = manifestKey(project, "nightly", pointId("nightly", at));
    await put(vault, key, lock, {
      "holdfast-bytes": String(chunks * BODY.length),
      "holdfast-created-at": at.toISOString(),
      "holdfast-retain-until": lock.toISOString(),
    });
    await markManifest(vault, key, at);
  });
}

async function put(vault: Vault, Key: string, lock: Date, Metadata?: Record<string, string>): Promise<void> {
  await vault.s3.send(
    new PutObjectCommand({
      ...{ Bucket: vault.bucket, Key, Body: BODY, ContentMD5: md5(BODY) },
      ...{ ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: lock },
      ...(Metadata && { Metadata }),
    }),
  );
}

async function markManifest(vault: Vault, Key: string, at: Date): Promise<void> {
  const TagSet = [
    { Key: VERIFIED_TAG, Value: "true" },
    { Key: VERIFIED_AT_TAG, Value: new Date(at.getTime() + 3_600_000).toISOString() },
  ];
  await vault.s3.send(new PutObjectTaggingCommand({ Bucket: vault.bucket, Key, Tagging: { TagSet } }));
}

const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("base64");
