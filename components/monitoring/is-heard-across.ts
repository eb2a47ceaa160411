import { declaresVault } from "../../plan/declares-vault.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";

/** Where AWS does not say that events get from one region to another. */
const NOT_ROUTED = /^(cn|us-gov|us-iso)/;

/**
 * Whether the stack has a replica whose calls must be brought to the vault's region to be heard of.
 * @see https://aws.amazon.com/blogs/compute/expanding-cross-region-event-routing-with-amazon-eventbridge/
 */
export function isHeardAcross(vault: ProtectionPlan["vault"]): boolean {
  return declaresVault(vault) && vault.replicaRegion !== undefined && !NOT_ROUTED.test(vault.region);
}
