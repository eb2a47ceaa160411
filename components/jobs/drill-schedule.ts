import type * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { type CommonJobArgs, RegularJob } from "./regular-job.ts";

export interface DrillScheduleArgs extends CommonJobArgs {
  /** With at least one drill that has a schedule. */
  readonly project: ProjectPlan;
  readonly drillerRoleArn: pulumi.Input<string>;
}

/** A drill begins within the hour of its time; a task of a project that has none due ends at once. */
const HOURLY = "10 * * * *";

/**
 * Asks each hour which drills of a project are due, and runs these, one after the other: the plan's times stand in one
 * place, and a drill that was missed is made up for. The task also finds and destroys what a killed drill left. It
 * writes into its own work directory, where Pulumi keeps what it needs for the ephemeral stack; the state of that stack
 * is where `drills.backend` says. About 0.50 US dollars a month with one CPU and 2 GB, beside what the drills
 * themselves take.
 */
export class DrillSchedule extends RegularJob {
  constructor(
    name: string,
    { project: { name: project }, drillerRoleArn, ...shared }: DrillScheduleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const args = {
      ...{ ...shared, project, command: ["scripts/drill.ts", "--due", "--project", project] },
      ...{ job: "drill", taskRoleArn: drillerRoleArn, workDirectory: true },
      schedule: {
        end: "hourly",
        scheduleName: `${project}.drills`,
        description: `Holdfast ${shared.environment}: drills of ${project} that are due`,
        cron: HOURLY,
      },
    };
    super("holdfast:jobs:DrillSchedule", name, args, opts);
  }
}
