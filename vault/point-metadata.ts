import type { Manifest } from "./manifest.ts";

/** What a listing shows of a point without reading its manifest: kept with the manifest object. */
export interface PointFacts {
  /** Stored size of all chunks. */
  readonly bytes?: number;
  readonly createdAt?: Date;
  readonly retainUntil?: Date;
}

export function pointMetadata({ chunks, createdAt, retainUntil }: Manifest): Record<string, string> {
  return {
    "holdfast-bytes": String(chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)),
    "holdfast-created-at": createdAt,
    "holdfast-retain-until": retainUntil,
  };
}

/** Anything unreadable is left out: metadata are not sealed, the manifest decides. */
export function readPointMetadata(metadata: Readonly<Record<string, string>> | undefined): PointFacts {
  const bytes = Number(metadata?.["holdfast-bytes"] ?? Number.NaN);
  const createdAt = instant(metadata?.["holdfast-created-at"]);
  const retainUntil = instant(metadata?.["holdfast-retain-until"]);
  return {
    ...(Number.isSafeInteger(bytes) && bytes >= 0 && { bytes }),
    ...(createdAt && { createdAt }),
    ...(retainUntil && { retainUntil }),
  };
}

function instant(text: string | undefined): Date | undefined {
  const at = new Date(text ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
