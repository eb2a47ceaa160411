import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { TIERS, type Tier } from "../../plan/tier.ts";
import { lastEvidenceSequence } from "../../vault/evidence/list-evidence.ts";
import { evidenceKey, manifestKey, tierPrefix } from "../../vault/layout.ts";
import { storeError } from "../../vault/store-error.ts";
import type { Vault } from "../../vault/vault.ts";

/** Of each tier of a project; and of the evidence. */
const NEWEST_POINTS = 3;
const NEWEST_EVIDENCE = 5;

/**
 * Keys of the newest manifests of every tier and of the newest evidence. A point that is being written has no manifest
 * yet; its key is among these nevertheless.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function newestKeys(vault: Vault, plan: ProtectionPlan): Promise<string[]> {
  const last = await lastEvidenceSequence(vault);
  const evidence = Array.from({ length: Math.min(last, NEWEST_EVIDENCE) }, (_, index) =>
    evidenceKey(vault.environment, last - index),
  );
  const manifests: string[] = [];
  for (const { name, tiers } of plan.projects) {
    for (const tier of TIERS) {
      if (tiers[tier] === undefined) continue;
      const ids = await newestIds(vault, name, tier);
      manifests.push(...ids.map((id) => manifestKey(name, tier, id)));
    }
  }
  return [...manifests, ...evidence];
}

/** Names of points of a tier sort by their time. */
async function newestIds(vault: Vault, project: string, tier: Tier): Promise<string[]> {
  const prefix = tierPrefix(project, tier);
  const bucket = vault.bucket;
  let newest: string[] = [];
  let token: string | undefined;
  do {
    const page = await vault.s3
      .send(
        new ListObjectsV2Command({
          ...{ Bucket: bucket, Prefix: prefix, Delimiter: "/" },
          ...(token && { ContinuationToken: token }),
        }),
      )
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListObjectsV2", bucket });
      });
    const ids = (page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix.slice(prefix.length, -1));
    newest = [...newest, ...ids].slice(-NEWEST_POINTS);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return newest;
}
