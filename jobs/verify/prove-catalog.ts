import { compareFingerprints, type Difference } from "../../postgres/compare-fingerprints.ts";
import { type FingerprintEntry, readFingerprint } from "../../postgres/fingerprint.ts";
import { isSelection } from "../is-selection.ts";
import { readSmallChunk } from "../read-small-chunk.ts";
import type { Check } from "../verdict.ts";
import { judgeDifferences } from "./judge-differences.ts";
import type { ProofContext } from "./proof-context.ts";
import { ofTheSelection } from "./select-differences.ts";

export interface CatalogProof {
  readonly checks: readonly Check[];
  /** Objects of the source that a point of single tables does not hold, though its tables refer to them. */
  readonly notChecked: readonly string[];
}

/**
 * Compares the restored catalog with the point's, object by object: extensions, types, functions, triggers,
 * policies, grants, owners and all else of the fingerprint. A difference fails, unless it follows from a role that
 * the target cannot have: then the check is PARTIAL and names the role.
 */
export async function proveCatalog(context: ProofContext): Promise<CatalogProof> {
  const { manifest, snapshot, roles } = context;
  const expected = parse(await readSmallChunk(context.vault, manifest, "catalog"));
  const actual = await readFingerprint(snapshot.client, { supabase: manifest.source.supabase });
  const all = compareFingerprints(expected, actual, {
    expectedMajor: manifest.source.serverMajor,
    actualMajor: roles.serverMajor,
    mappedRoles: roles.plan.owners,
  });
  if (!isSelection(manifest.scope)) {
    const differences = manifest.largeObjects.count === 0 ? all.filter(isOfTheDefinitions) : all;
    const judged = await judgeDifferences(context, expected, differences);
    return { checks: [...equalKinds(context, all), ...judged], notChecked: [] };
  }
  const { differences, leftOut, equal } = await ofTheSelection(context, expected, all);
  const judged = await judgeDifferences(context, expected, differences);
  const passed: Check = {
    name: "catalog: definitions of the point's tables",
    verdict: "PASS",
    detail: `${equal} equal`,
  };
  return { checks: [...(judged.length === 0 ? [passed] : []), ...judged], notChecked: leftOut };
}

/** A point of definitions holds no large objects, so that none of them is missing. */
function isOfTheDefinitions({ kind, name, problem }: Difference): boolean {
  return problem !== "missing" || !(kind === "large objects" || /^large object \d+$/.test(name));
}

/** One line for each kind of object of which nothing differs. */
function equalKinds({ manifest }: ProofContext, differences: readonly Difference[]): Check[] {
  const different = new Set(differences.map(({ kind }) => kind));
  return Object.entries(manifest.catalog)
    .filter(([kind]) => !different.has(kind))
    .map(([kind, { count }]) => ({ name: `catalog: ${kind}`, verdict: "PASS", detail: `${count} equal` }));
}

function parse(lines: string): FingerprintEntry[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as FingerprintEntry);
}
