import type * as pulumi from "@pulumi/pulumi";
import { SMALL_TASK } from "../../plan/small-task.ts";
import { type CommonJobArgs, RegularJob } from "./regular-job.ts";

export interface SweepScheduleArgs extends Omit<CommonJobArgs, "secrets"> {
  readonly sweeperRoleArn: pulumi.Input<string>;
}

/** In the morning, when the night's backups have ended or died. */
const DAILY = "20 6 * * *";

/**
 * Clears once a day what dead runs of all projects left in the vault: what is younger than a day, locked, or part of a
 * recovery point stays. It has no secret. About 0.01 US dollars a month.
 */
export class SweepSchedule extends RegularJob {
  constructor(
    name: string,
    { sweeperRoleArn, ...shared }: SweepScheduleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const args = {
      ...{ ...shared, command: ["scripts/sweep.ts", "--all", "--yes"], secrets: {} },
      ...{ job: "sweep", taskRoleArn: sweeperRoleArn, size: SMALL_TASK },
      schedule: {
        end: "daily",
        scheduleName: "sweep",
        description: `Holdfast ${shared.environment}: litter of dead runs`,
        cron: DAILY,
      },
    };
    super("holdfast:jobs:SweepSchedule", name, args, opts);
  }
}
