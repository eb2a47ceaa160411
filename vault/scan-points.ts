import { isPointId } from "./is-point-id.ts";
import { MANIFEST_FILE, type PointReference, parsePointKey, pointsPrefix } from "./layout.ts";
import { listKeys } from "./mirror/list-keys.ts";
import type { Vault } from "./vault.ts";

/** What a listing shows of one point, or of the litter of one. */
export interface ScannedPoint extends PointReference {
  readonly hasManifest: boolean;
  /** Stored now, the manifest left out. */
  readonly chunks: number;
  readonly bytes: number;
  /** Of the newest object. */
  readonly modifiedAt: Date;
  /** One chunk, another one for each seed; absent when there is none. */
  readonly sampleKey?: string;
}

/**
 * Everything below a project's points, point by point, by one listing of the names: a request for each thousand objects
 * and the memory of one point. Names that are no point's are left out.
 * @param seed chooses the sample of each point
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function* scanPoints(vault: Vault, project: string, seed: number): AsyncGenerator<ScannedPoint> {
  let open: OpenPoint | undefined;
  for await (const { key, bytes, modifiedAt } of listKeys(vault, pointsPrefix(project))) {
    const parsed = parsePointKey(key);
    if (!parsed || !isPointId(parsed.tier, parsed.id)) continue;
    if (open && (open.tier !== parsed.tier || open.id !== parsed.id)) {
      yield close(open);
      open = undefined;
    }
    open ??= {
      project,
      tier: parsed.tier,
      id: parsed.id,
      hasManifest: false,
      chunks: 0,
      bytes: 0,
      modifiedAt,
    };
    if (modifiedAt > open.modifiedAt) open.modifiedAt = modifiedAt;
    if (parsed.path === MANIFEST_FILE) open.hasManifest = true;
    else addChunk(open, { key, bytes, rank: rankOf(key, seed) });
  }
  if (open) yield close(open);
}

interface OpenPoint extends PointReference {
  hasManifest: boolean;
  chunks: number;
  bytes: number;
  modifiedAt: Date;
  sample?: { readonly key: string; readonly rank: number };
}

function addChunk(
  open: OpenPoint,
  { key, bytes, rank }: { readonly key: string; readonly bytes: number; readonly rank: number },
): void {
  open.chunks += 1;
  open.bytes += bytes;
  if (open.sample === undefined || rank < open.sample.rank) open.sample = { key, rank };
}

function close({ sample, ...point }: OpenPoint): ScannedPoint {
  return { ...point, ...(sample && { sampleKey: sample.key }) };
}

/** FNV-1a: cheap for each of a million names, and even enough to choose by. */
function rankOf(key: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
