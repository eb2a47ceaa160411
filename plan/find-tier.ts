import { closest } from "fastest-levenshtein";
import { HoldfastError } from "./holdfast-error.ts";
import type { ProjectPlan } from "./protection-plan.ts";
import type { TierRule } from "./schema/tiers.ts";
import { TIERS } from "./tier.ts";

/**
 * The rule of a project's tier.
 * @throws HoldfastError TIER_UNKNOWN (exit 2) when there is no such tier, or the plan does not declare it
 */
export function findTier(project: Pick<ProjectPlan, "name" | "tiers">, name: string): TierRule {
  const tier = TIERS.find((known) => known === name);
  const rule = tier && project.tiers[tier];
  if (rule) return rule;
  const declared = TIERS.filter((known) => project.tiers[known]);
  throw new HoldfastError({
    code: "TIER_UNKNOWN",
    message: tier
      ? `The plan of ${project.name} declares no tier "${name}"`
      : `There is no tier "${name}"; tiers are ${TIERS.join(", ")}`,
    hint: tier
      ? `Use one of ${declared.join(", ")}, or add \`${name}\` under \`tiers\` of ${project.name} in the plan.`
      : `Did you mean ${closest(name, [...TIERS])}? ${project.name} has ${declared.join(", ")}.`,
    exitCode: 2,
  });
}
