import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import { runPlace } from "./run-place.ts";
import { syncPlaces } from "./sync-places.ts";

/**
 * Whether the plan still has what an alert is about: an alert ends, too, when its tier, bucket or project is taken out,
 * and nothing was mended then.
 */
export function isWatched({ projects }: Pick<ProtectionPlan, "projects">, id: string): boolean {
  const isOfProject = id.split("/").length > 2;
  return (
    !isOfProject || projects.some((project) => placesOf(project).some((place) => id.startsWith(`${place}/`)))
  );
}

const placesOf = (project: ProtectionPlan["projects"][number]): string[] => [
  ...TIERS.filter((tier) => project.tiers[tier] !== undefined).map((tier) =>
    runPlace(project.name, { tier }),
  ),
  ...(project.pitr === undefined ? [] : [`${project.name}/pitr`]),
  ...syncPlaces(project).map(({ place }) => place),
];
