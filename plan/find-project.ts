import { closest } from "fastest-levenshtein";
import { HoldfastError } from "./holdfast-error.ts";
import type { ProjectPlan, ProtectionPlan } from "./protection-plan.ts";

/**
 * The project of that name.
 * @throws HoldfastError PROJECT_UNKNOWN (exit 2) naming the nearest project and all that exist
 */
export function findProject(
  plan: Pick<ProtectionPlan, "projects" | "environment">,
  name: string,
): ProjectPlan {
  const found = plan.projects.find((project) => project.name === name);
  if (found) return found;
  const names = plan.projects.map((project) => project.name);
  throw new HoldfastError({
    code: "PROJECT_UNKNOWN",
    message: `There is no project "${name}" in the plan of ${plan.environment}`,
    hint: `Did you mean ${closest(name, names)}? The plan protects ${names.join(", ")}.`,
    exitCode: 2,
  });
}
