import { HoldfastError } from "../plan/holdfast-error.ts";
import { manifestKey, type PointReference } from "./layout.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { checkSeal, doctored } from "./manifest-seal.ts";
import { readObject } from "./read-object.ts";
import type { Vault } from "./vault.ts";
import { MAXIMUM_MANIFEST_BYTES } from "./write-manifest.ts";

/**
 * Reads a point's manifest and proves that it is the one that was written for this point.
 * @throws HoldfastError POINT_UNKNOWN (exit 2), MANIFEST_TOO_NEW, MANIFEST_DAMAGED, MANIFEST_DOCTORED, KEY_…, STORE_…
 */
export async function readManifest(vault: Vault, { project, tier, id }: PointReference): Promise<Manifest> {
  const key = manifestKey(project, tier, id);
  const bytes = await readObject(vault, key, { maximumBytes: MAXIMUM_MANIFEST_BYTES }).catch(
    (error: unknown) => {
      if (error instanceof HoldfastError && error.code === "CHUNK_MISSING")
        throw pointUnknown({ project, tier, id });
      throw error;
    },
  );
  const raw = parseJson(bytes, key);
  const manifest = parseManifest(raw, key);
  if (manifest.project !== project || manifest.tier !== tier || manifest.id !== id) {
    throw doctored(id, `it is that of ${manifest.id} (${manifest.project}, ${manifest.tier})`);
  }
  // As stored, not as parsed: the seal covers what the writer knew, also what this version does not.
  await checkSeal(vault, { ...Object(raw), project, id, seal: manifest.seal });
  return manifest;
}

/** There is no such point: it was never completed, or its manifest was deleted. */
export function pointUnknown({ project, tier, id }: PointReference): HoldfastError {
  return new HoldfastError({
    code: "POINT_UNKNOWN",
    message: `There is no recovery point ${id} of ${project} in tier ${tier}.`,
    hint: `List those that exist: npm run points -- --project ${project}`,
    exitCode: 2,
  });
}

function parseJson(bytes: Buffer, key: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new HoldfastError({
      code: "MANIFEST_DAMAGED",
      message: `${key} is not JSON.`,
      hint: "Restore the object's previous version in the bucket, or use another recovery point.",
      cause,
    });
  }
}
