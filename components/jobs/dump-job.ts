import * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import type { StackFacts } from "../stack-facts.ts";
import type { JobRuntime } from "./job-runtime.ts";
import { JobSchedule } from "./job-schedule.ts";
import { JobTask } from "./job-task.ts";

export interface DumpJobArgs {
  readonly environment: string;
  readonly project: ProjectPlan;
  readonly runtime: JobRuntime;
  readonly writerRoleArn: pulumi.Input<string>;
  /** The project's plan as JSON. */
  readonly plan: string;
  /** ARNs of secrets by the environment variable that holds each. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Whether a map over projects starts the task, in place of schedules of its own. @default false */
  readonly isMapped?: boolean;
  readonly facts: StackFacts;
}

/** Takes a project's recovery points: one task, and a schedule for each tier that has one, unless it is mapped. */
export class DumpJob extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: DumpJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:DumpJob", name, {}, opts);
    const { environment, project, runtime, plan, secrets, isMapped = false, facts } = args;
    const inside = { parent: this };
    const command = ["scripts/backup.ts", "--project", project.name];
    const shared = { environment, project: project.name, runtime, plan, secrets, facts };
    const task = new JobTask(
      `${name}-task`,
      { ...shared, job: "dump", taskRoleArn: args.writerRoleArn, command },
      inside,
    );
    this.taskDefinitionArn = task.taskDefinitionArn;
    for (const tier of TIERS) {
      const cron = project.tiers[tier]?.schedule;
      if (cron === undefined || isMapped) continue;
      new JobSchedule(
        `${name}-${tier}`,
        {
          // A project's name has hyphens, and no dot: two projects never share a schedule's name.
          scheduleName: `${project.name}.${tier}`,
          description: `Holdfast ${environment}: ${tier} recovery point of ${project.name}`,
          cron,
          runtime,
          taskDefinitionArn: this.taskDefinitionArn,
          command: [...command, "--tier", tier],
        },
        inside,
      );
    }
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }
}
