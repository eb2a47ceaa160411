import { closest } from "fastest-levenshtein";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { TIERS, type Tier } from "../../plan/tier.ts";

/** The tier of that name. @throws HoldfastError TIER_UNKNOWN (exit 2) naming the nearest */
export function toTier(name: string): Tier {
  const tier = TIERS.find((known) => known === name);
  if (tier !== undefined) return tier;
  throw new HoldfastError({
    code: "TIER_UNKNOWN",
    message: `There is no tier "${name}"`,
    hint: `Did you mean ${closest(name, [...TIERS])}? Tiers are ${TIERS.join(", ")}.`,
    exitCode: 2,
  });
}
