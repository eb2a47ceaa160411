import type * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import { ProjectMap, type ProjectMapArgs } from "./project-map.ts";

export interface ProjectMapsArgs extends Pick<ProjectMapArgs, "environment" | "runtime" | "facts"> {
  /** Tasks of each map that run at once, 1 to 100. */
  readonly concurrency: number;
  /** The projects with the tasks that take their points. */
  readonly dumped: readonly {
    readonly project: ProjectPlan;
    readonly taskDefinitionArn: pulumi.Input<string>;
  }[];
}

/**
 * A map for each tier and time at which it is taken, over all projects that have it: two schedules know nothing of each
 * other, and neither do two maps.
 * @throws HoldfastError SCHEDULE_NOT_FOR_AWS (exit 2); PROJECT_MAP_TOO_LARGE in the run
 */
export function declareProjectMaps(
  name: string,
  { dumped, ...shared }: ProjectMapsArgs,
  inside: pulumi.ComponentResourceOptions,
): void {
  for (const tier of TIERS) {
    const byTime = Map.groupBy(dumped, ({ project }) => project.tiers[tier]?.schedule?.trim());
    for (const [cron, those] of byTime) {
      if (cron === undefined) continue;
      // What names may have and cron does not, so that no two times share a name: `0_2_x_x_x` is daily at 02:00.
      const group = cron.replaceAll(/\s+/g, "_").replaceAll("*", "x");
      const projects = those.map(({ project, taskDefinitionArn }) => ({
        ...{ name: project.name, taskDefinitionArn },
      }));
      new ProjectMap(`${name}-map-${tier}-${group}`, { ...shared, group, tier, cron, projects }, inside);
    }
  }
}
