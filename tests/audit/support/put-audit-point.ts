import { createHash } from "node:crypto";
import { settlePoint } from "../../../jobs/backup/settle-point.ts";
import { pointId } from "../../../plan/point-id.ts";
import type { Tier } from "../../../plan/tier.ts";
import { chunkKey } from "../../../vault/layout.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { markVerified } from "../../../vault/mark-verified.ts";
import { uploadObject } from "../../../vault/upload-object.ts";
import type { LockMode, Vault } from "../../../vault/vault.ts";
import { writeManifest } from "../../../vault/write-manifest.ts";
import { unsealed } from "../../vault/sample-point.ts";
import type { AuditBench } from "./audit-bench.ts";

export interface AuditPointOptions {
  /** @default nightly */
  readonly tier?: Tier;
  /** Of its only chunk; 0: no chunk. @default 1000 */
  readonly bytes?: number;
  /** @default 30 */
  readonly retainDays?: number;
  /** Locks raised and evidence written. @default true */
  readonly isSettled?: boolean;
  /** Of its chunk, beside its manifest's. @default the vault's */
  readonly chunkLockMode?: LockMode;
  /** @default false */
  readonly isVerified?: boolean;
}

const DAY = 86_400_000;

/** Stores a point that was taken at a time; evidence of it carries that time. */
export async function putAuditPoint(
  bench: AuditBench,
  project: string,
  taken: string,
  {
    tier = "nightly",
    bytes = 1_000,
    retainDays = 30,
    isSettled = true,
    isVerified = false,
    chunkLockMode,
  }: AuditPointOptions = {},
): Promise<Manifest> {
  const at = new Date(taken);
  const vault: Vault = { ...bench.vault, clock: () => at };
  const point = { project, tier, id: pointId(tier, at) };
  const chunks =
    bytes === 0
      ? []
      : [await putBytes(vault, chunkKey(project, tier, point.id, "data/0"), bytes, chunkLockMode)];
  const manifest = await writeManifest(vault, {
    ...unsealed(vault, point, chunks),
    createdAt: at.toISOString(),
    completedAt: at.toISOString(),
    retainUntil: new Date(at.getTime() + retainDays * DAY).toISOString(),
  });
  if (isSettled) await settlePoint(vault, manifest, { lockMode: chunkLockMode, durationSeconds: 60 });
  if (isVerified) await markVerified(vault, manifest);
  return manifest;
}

/** What an audit sees of a chunk does not depend on what is in it. */
async function putBytes(
  vault: Vault,
  key: string,
  bytes: number,
  lockMode: LockMode | undefined,
): Promise<Manifest["chunks"][number]> {
  const body = Buffer.alloc(bytes, 7);
  const stored = await uploadObject(vault, {
    key,
    body: (async function* () {
      yield body;
    })(),
    expectedBytes: bytes,
    lockUntil: new Date(vault.clock().getTime() + DAY),
    lockMode,
  });
  return {
    path: "data/0",
    kind: "data",
    plainBytes: bytes,
    bytes: stored.bytes,
    sha256: createHash("sha256").update(body).digest("hex"),
    ...(stored.versionId && { versionId: stored.versionId }),
  };
}
