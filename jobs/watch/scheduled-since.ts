import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { SCHEDULED_TIERS } from "../../plan/tier.ts";
import { runPlace } from "./run-place.ts";
import { syncPlaces } from "./sync-places.ts";

/**
 * Since when the plan has each job that it schedules, by `runPlace`. What the watch meets for the first time begins now;
 * where it remembers nothing, as in its first pass, all began with the environment.
 */
export function scheduledSince(
  { projects }: Pick<ProtectionPlan, "projects">,
  memory: {
    readonly beganAt: Date;
    readonly known?: Readonly<Record<string, Date>> | undefined;
    readonly now: Date;
  },
): Record<string, Date> {
  const { beganAt, known = {}, now } = memory;
  const places = projects.flatMap((project) => [
    ...SCHEDULED_TIERS.filter((tier) => project.tiers[tier] !== undefined).map((tier) =>
      runPlace(project.name, { tier }),
    ),
    ...syncPlaces(project).map(({ place }) => place),
  ]);
  const first = Object.keys(known).length === 0 ? beganAt : now;
  return Object.fromEntries(places.map((place) => [place, known[place] ?? first]));
}
