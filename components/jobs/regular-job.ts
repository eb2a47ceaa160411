import * as pulumi from "@pulumi/pulumi";
import { JobSchedule } from "./job-schedule.ts";
import { JobTask, type JobTaskArgs } from "./job-task.ts";

/** What each job of an environment is told alike. */
export type CommonJobArgs = Pick<JobTaskArgs, "environment" | "runtime" | "plan" | "secrets" | "facts">;

export interface RegularJobArgs extends JobTaskArgs {
  readonly schedule: {
    /** Ends the name of the schedule's resource, e.g. `hourly`. */
    readonly end: string;
    readonly scheduleName: string;
    readonly description: string;
    readonly cron: string;
  };
}

/** One task, and the one schedule that starts it. */
export abstract class RegularJob extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(
    type: string,
    name: string,
    { schedule: { end, ...schedule }, ...task }: RegularJobArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const inside = { parent: this };
    const { taskDefinitionArn } = new JobTask(`${name}-task`, task, inside);
    this.taskDefinitionArn = taskDefinitionArn;
    new JobSchedule(`${name}-${end}`, { ...schedule, runtime: task.runtime, taskDefinitionArn }, inside);
    this.registerOutputs({ taskDefinitionArn });
  }
}
