import { HoldfastError } from "../../plan/holdfast-error.ts";
import { dumpLargeObjects } from "../../postgres/dump-schema.ts";
import { findTools } from "../../postgres/find-tools.ts";
import { LargeObjectHash } from "../../postgres/large-object-hash.ts";
import { isSelection } from "../is-selection.ts";
import type { Check } from "../verdict.ts";
import type { ProofContext } from "./proof-context.ts";

const NAME = "large objects";

/**
 * Reads the content of every large object back and compares it with the point's, object by object. Owners and grants
 * are part of the catalog.
 */
export async function proveLargeObjects(context: ProofContext): Promise<Check[]> {
  const { manifest, catalog } = context;
  const { count, hash } = manifest.largeObjects;
  const found = catalog.largeObjects.count;
  if (isSelection(manifest.scope) || (count === 0 && found === 0)) return [];
  if (found !== count) return [{ name: NAME, verdict: "FAIL", detail: `${found}; the point holds ${count}` }];
  const actual = new LargeObjectHash();
  const dump = dumpLargeObjects(await findTools(context.roles.serverMajor), context.target, {
    snapshotId: context.snapshotId,
    supabase: manifest.source.supabase,
    signal: context.signal,
  });
  try {
    for await (const bytes of dump) actual.update(bytes as Buffer);
  } catch (error) {
    const refused = error instanceof HoldfastError && /permission denied/i.test(error.message);
    if (!refused) throw error;
    return [{ name: NAME, verdict: "PARTIAL", detail: `${count}, not all readable: ${error.message}` }];
  }
  return actual.digest() === hash
    ? [{ name: NAME, verdict: "PASS", detail: `${count}, numbers and content equal` }]
    : [{ name: NAME, verdict: "FAIL", detail: `${count} as expected, but numbers or content differ` }];
}
