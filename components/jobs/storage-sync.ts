import * as pulumi from "@pulumi/pulumi";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { StackFacts } from "../stack-facts.ts";
import { bucketSlug } from "./bucket-slug.ts";
import type { JobRuntime } from "./job-runtime.ts";
import { JobSchedule } from "./job-schedule.ts";
import { JobTask } from "./job-task.ts";
import { syncScheduleNames } from "./sync-schedule-names.ts";

export interface StorageSyncArgs {
  readonly environment: string;
  /** With at least one bucket. */
  readonly project: ProjectPlan;
  readonly runtime: JobRuntime;
  readonly syncerRoleArn: pulumi.Input<string>;
  /** The project's plan as JSON. */
  readonly plan: string;
  /** ARNs of secrets by the environment variable that holds each. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  readonly facts: StackFacts;
}

/** Mirrors a project's stored objects into the vault: one task, and a schedule for each bucket of the plan, or for each shard of it. */
export class StorageSync extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: StorageSyncArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:StorageSync", name, {}, opts);
    const { environment, project, runtime, plan, secrets, facts } = args;
    const inside = { parent: this };
    const command = ["scripts/sync.ts", "--project", project.name];
    const shared = { environment, project: project.name, runtime, plan, secrets, facts };
    const task = new JobTask(
      `${name}-task`,
      { ...shared, job: "sync", taskRoleArn: args.syncerRoleArn, command },
      inside,
    );
    this.taskDefinitionArn = task.taskDefinitionArn;
    for (const rule of project.storage) {
      const { bucket, schedule, shards } = rule;
      const slug = bucketSlug(bucket);
      for (const [at, scheduleName] of syncScheduleNames(project.name, rule).entries()) {
        const shard = `${at + 1}/${shards}`;
        const isWhole = shards === 1;
        new JobSchedule(
          // Behind a full stop, which no project's name has: none can be mistaken for another one's bucket.
          isWhole ? `${name}-bucket.${slug}` : `${name}-shard-${at + 1}.${slug}`,
          {
            scheduleName,
            description: `Holdfast ${environment}: mirror of ${project.name}'s bucket ${slug}${isWhole ? "" : `, shard ${shard}`}`,
            cron: schedule,
            runtime,
            taskDefinitionArn: this.taskDefinitionArn,
            // With an equals sign: a name may begin with a hyphen.
            command: [...command, `--bucket=${bucket}`, ...(isWhole ? [] : [`--shard=${shard}`])],
          },
          inside,
        );
      }
    }
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }
}
