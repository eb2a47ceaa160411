import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { JobRuntime } from "./job-runtime.ts";
import { CONTAINER, jobCommand } from "./job-task.ts";
import { scheduleExpression } from "./schedule-expression.ts";

export interface JobScheduleArgs {
  /** Unique within the environment, e.g. `ordak.nightly`; 1 to 64 letters, digits, `.`, `_` and `-`. */
  readonly scheduleName: string;
  /** In words, for whoever meets it in the console. */
  readonly description: string;
  /** Five fields, UTC. */
  readonly cron: string;
  readonly runtime: JobRuntime;
  readonly taskDefinitionArn: pulumi.Input<string>;
  /** The script and its options in place of the task's own. @default the task's */
  readonly command?: readonly string[];
}

/** A start that fails is tried again for an hour; later the next night is near enough, and the alarm has come. */
const RETRIES = 5;
const RETRY_SECONDS = 3600;

/**
 * Starts a task at the times of a schedule. What could not be started ends in the queue of dead letters, which raises
 * an alarm. Two runs at once do no harm: jobs lock what they work on, and the second one ends at once. Free of charge
 * at this rate.
 */
export class JobSchedule extends pulumi.ComponentResource {
  readonly scheduleArn: pulumi.Output<string>;

  /** @throws HoldfastError SCHEDULE_NOT_FOR_AWS (exit 2) */
  constructor(name: string, args: JobScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    const { runtime, command } = args;
    const expression = scheduleExpression(args.cron);
    super("holdfast:jobs:JobSchedule", name, {}, opts);
    const overrides = command && { containerOverrides: [{ name: CONTAINER, command: jobCommand(command) }] };
    const schedule = new scheduler.Schedule(
      `${name}-schedule`,
      {
        name: args.scheduleName,
        groupName: runtime.scheduleGroupName,
        description: args.description,
        scheduleExpression: expression,
        scheduleExpressionTimezone: "UTC",
        state: "ENABLED",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: runtime.clusterArn,
          roleArn: runtime.schedulerRoleArn,
          ...(overrides ? { input: JSON.stringify(overrides) } : {}),
          ecsParameters: {
            taskDefinitionArn: args.taskDefinitionArn,
            launchType: "FARGATE",
            platformVersion: "LATEST",
            taskCount: 1,
            networkConfiguration: {
              assignPublicIp: runtime.network.assignPublicIp,
              subnets: [...runtime.network.subnetIds],
              securityGroups: [runtime.network.securityGroupId],
            },
          },
          retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: RETRY_SECONDS },
          deadLetterConfig: { arn: runtime.deadLetterQueueArn },
        },
      },
      { parent: this },
    );
    this.scheduleArn = schedule.arn;
    this.registerOutputs({ scheduleArn: this.scheduleArn });
  }
}
