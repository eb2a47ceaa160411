import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { decryptStream } from "../../vault/decrypt-stream.ts";
import { downloadObject } from "../../vault/download-object.ts";
import { encryptStream } from "../../vault/encrypt-stream.ts";
import { extendLocks } from "../../vault/extend-locks.ts";
import { chunkKey, type PointReference } from "../../vault/layout.ts";
import {
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type Manifest,
  type UnsealedManifest,
} from "../../vault/manifest.ts";
import { uploadObject } from "../../vault/upload-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { writeManifest } from "../../vault/write-manifest.ts";

const DAY = 86_400_000;
const HASH = "0".repeat(32);

/** Names a point of the tier `nightly`, a minute apart for each number. */
export function reference(number = 0, project = "ordak"): PointReference {
  const minute = String(number).padStart(2, "0");
  return { project, tier: "nightly", id: `nightly_20260131_02${minute}00` };
}

export async function* stream(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/** Encrypts and uploads one chunk. */
export async function putChunk(
  vault: Vault,
  point: PointReference,
  path: string,
  plain: Uint8Array,
): Promise<Manifest["chunks"][number]> {
  const sealed = Readable.from(stream(plain)).pipe(
    encryptStream(vault, { project: point.project, point: point.id, chunk: path }),
  );
  const stored = await uploadObject(vault, {
    key: chunkKey(point.project, point.tier, point.id, path),
    body: sealed,
    expectedBytes: plain.length,
    lockUntil: new Date(Date.now() + DAY),
  });
  return {
    path,
    kind: "data",
    plainBytes: plain.length,
    bytes: stored.bytes,
    sha256: stored.sha256,
    ...(stored.versionId && { versionId: stored.versionId }),
  };
}

/** Reads, checks and opens one chunk as a restore does. */
export async function getChunk(
  vault: Vault,
  { project, tier, id }: PointReference,
  chunk: Manifest["chunks"][number],
): Promise<Buffer> {
  let plain = Buffer.alloc(0);
  await pipeline(
    downloadObject(vault, chunkKey(project, tier, id, chunk.path), {
      versionId: chunk.versionId,
      expectedBytes: chunk.bytes,
      expectedSha256: chunk.sha256,
    }),
    decryptStream(vault, { project, point: id, chunk: chunk.path }),
    async (output: AsyncIterable<Buffer>) => {
      plain = await buffer(output);
    },
  );
  return plain;
}

export function unsealed(
  vault: Pick<Vault, "environment" | "keys">,
  { project, tier, id }: PointReference,
  chunks: Manifest["chunks"],
): UnsealedManifest {
  return {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    id,
    project,
    environment: vault.environment,
    tier,
    createdAt: "2026-01-31T02:00:00.000Z",
    completedAt: "2026-01-31T02:01:00.000Z",
    scope: { kind: "full" },
    retainUntil: new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * DAY).toISOString(),
    source: {
      serverVersion: "15.8",
      serverMajor: 15,
      database: "postgres",
      encoding: "UTF8",
      collate: "C",
      ctype: "C",
      systemIdentifier: "7300000000000000001",
      databaseOid: 5,
      supabase: true,
      sizeBytes: 1000,
    },
    tool: { holdfast: "0.1.0", pgDump: "15.8" },
    git: {},
    keys: vault.keys,
    chunks,
    tables: [{ schema: "public", name: "orders", columns: ["id"], rows: 2, hash: HASH, managed: false }],
    sequences: [],
    largeObjects: { count: 0, rows: 0, hash: HASH },
    catalog: {},
    notIncluded: [],
    restoreWithPublicTools: ["aws-encryption-cli --decrypt …"],
  };
}

/** A whole point: its chunks, its manifest, its locks. */
export async function putPoint(
  vault: Vault,
  point: PointReference,
  chunks: Readonly<Record<string, Uint8Array | string>> = { "data/public.orders/0": "1\n2\n" },
): Promise<Manifest> {
  const stored: Manifest["chunks"] = [];
  for (const [path, plain] of Object.entries(chunks)) {
    stored.push(await putChunk(vault, point, path, typeof plain === "string" ? Buffer.from(plain) : plain));
  }
  const manifest = await writeManifest(vault, unsealed(vault, point, stored));
  await extendLocks(vault, manifest);
  return manifest;
}
