import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tier } from "../../plan/tier.ts";
import type { StackFacts } from "../stack-facts.ts";
import { bucketSlug } from "./bucket-slug.ts";
import type { JobRuntime } from "./job-runtime.ts";
import { projectMapDefinition } from "./project-map-definition.ts";
import { scheduleExpression } from "./schedule-expression.ts";

const RETRIES = 5;
const RETRY_SECONDS = 3600;

export interface ProjectMapArgs {
  readonly environment: string;
  /** What these projects have in common, e.g. their organization or their schedule; part of its names, for one tier once. */
  readonly group: string;
  readonly tier: Tier;
  /** Five fields, UTC. */
  readonly cron: string;
  readonly projects: readonly {
    readonly name: string;
    readonly taskDefinitionArn: pulumi.Input<string>;
  }[];
  /** Tasks at once, 1 to 10,000. */
  readonly concurrency: number;
  readonly runtime: JobRuntime;
  readonly facts: StackFacts;
}

/**
 * Takes the points of many projects by one schedule: a Step Functions distributed map over the projects' own tasks,
 * with a cap on how many run at once. It takes the place of a schedule for each project, and is worth it from about
 * twenty projects of one organization with the same schedule on: as many tasks that start in the same minute run into
 * the account's quota of Fargate CPUs and the rate at which ECS starts tasks, and schedules know nothing of each other.
 * About 0.10 US dollars for the night of 1,000 projects, beside what their tasks cost.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 * @see https://aws.amazon.com/step-functions/pricing/
 */
export class ProjectMap extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;

  /** @throws HoldfastError SCHEDULE_NOT_FOR_AWS (exit 2); PROJECT_MAP_TOO_LARGE in the run */
  constructor(name: string, args: ProjectMapArgs, opts?: pulumi.ComponentResourceOptions) {
    const expression = scheduleExpression(args.cron);
    super("holdfast:jobs:ProjectMap", name, {}, opts);
    const { environment, group, tier, projects, runtime, facts } = args;
    // The form of its slugs, and the room for them, are as those of buckets.
    const slug = bucketSlug(group);
    const machine = new sfn.StateMachine(
      `${name}-machine`,
      {
        name: `holdfast-${environment}_${slug}-${tier}`,
        type: "STANDARD",
        roleArn: runtime.schedulerRoleArn,
        definition: definitionOf(args),
        tags: { ...facts.tags, "holdfast:component": "ProjectMap" },
      },
      { parent: this },
    );
    this.stateMachineArn = machine.arn;
    new scheduler.Schedule(
      `${name}-schedule`,
      {
        name: `${slug}.map.${tier}`,
        groupName: runtime.scheduleGroupName,
        description: `Holdfast ${environment}: ${tier} recovery points of ${projects.length} projects, so many at once`,
        scheduleExpression: expression,
        scheduleExpressionTimezone: "UTC",
        state: "ENABLED",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: machine.arn,
          roleArn: runtime.schedulerRoleArn,
          input: "{}",
          retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: RETRY_SECONDS },
          deadLetterConfig: { arn: runtime.deadLetterQueueArn },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });
  }
}

function definitionOf(args: ProjectMapArgs): pulumi.Output<string> {
  const { projects, tier, concurrency, runtime } = args;
  const { network, size } = runtime;
  return pulumi
    .output({
      projects: projects.map(({ name, taskDefinitionArn }) => ({ project: name, task: taskDefinitionArn })),
      clusterArn: runtime.clusterArn,
      subnetIds: [...network.subnetIds],
      securityGroupId: network.securityGroupId,
    })
    .apply((known) =>
      JSON.stringify(
        projectMapDefinition({
          ...known,
          ...{ tier, concurrency, assignPublicIp: network.assignPublicIp },
          timeoutSeconds: size.timeoutSeconds,
        }),
      ),
    );
}
