import { HoldfastError } from "../../plan/holdfast-error.ts";
import { listPoints } from "../../vault/list-points.ts";
import type { Vault } from "../../vault/vault.ts";
import type { PitrFallback } from "./pitr-outcome.ts";

/**
 * The recovery point to go on with when a restore in place does not bring the project back: the newest verified one
 * from before the damage, else the newest unverified one. It goes into another, empty project: this one may still be
 * changed by the restore that hangs.
 */
export async function findFallback(request: {
  readonly why: string;
  readonly vault: Vault | undefined;
  readonly project: string;
  readonly incidentAt: Date;
}): Promise<PitrFallback> {
  const { why, vault, project, incidentAt } = request;
  const into = "into an empty project (npm run restore)";
  if (vault === undefined)
    return { why: `${why} Restore the newest verified recovery point from before the damage ${into}.` };
  try {
    const clean = (await listPoints(vault, project)).filter(({ createdAt }) => createdAt <= incidentAt);
    const point = clean.find(({ verifiedAt }) => verifiedAt !== undefined) ?? clean[0];
    if (point === undefined)
      return { why: `${why} The vault holds no recovery point of ${project} from before the damage.` };
    const { tier, id, createdAt } = point;
    const verified = point.verifiedAt !== undefined;
    const lossSeconds = (incidentAt.getTime() - createdAt.getTime()) / 1000;
    const trust = verified ? "verified" : "not verified yet";
    return {
      why: `${why} Restore ${id} (${trust}) ${into}.`,
      point: { tier, id, createdAt, verified, lossSeconds },
    };
  } catch (error) {
    // The vault is a second misfortune; the first one is what the caller must hear of.
    if (!(error instanceof HoldfastError)) throw error;
    return { why: `${why} The vault's recovery points could not be listed: ${error.message}` };
  }
}
