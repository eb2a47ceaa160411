import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as ecr from "@pulumi/aws/ecr/index.js";
import * as ecs from "@pulumi/aws/ecs/index.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { StackFacts } from "../stack-facts.ts";
import { JobNetwork } from "./job-network.ts";

export interface JobRuntimeArgs {
  readonly plan: Pick<ProtectionPlan, "environment" | "job" | "network">;
  /** What ECS starts tasks with, and what schedules do. */
  readonly executionRoleArn: pulumi.Input<string>;
  readonly schedulerRoleArn: pulumi.Input<string>;
  /** Of logs and of the queue of what failed. */
  readonly operationsKeyArn: pulumi.Input<string>;
  /** Tag of the image, where the plan names none. */
  readonly version: string;
  readonly facts: StackFacts;
}

/** As long as an audit looks back. */
const LOG_DAYS = 400;
/** The longest that SQS keeps a message: a job that could not be started is seen after a holiday, too. */
const QUEUE_SECONDS = 14 * 86_400;
const IMAGES_KEPT = 10;

/**
 * What all jobs of an environment share: a Fargate cluster, which costs nothing while nothing runs, their network,
 * image, log, schedules' group, and the queue of what could not be started.
 *
 * The image is the plan's, or `<repository>:<version>` of a repository that the stack makes; `docs/day-0.md` says how
 * it gets there.
 */
export class JobRuntime extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  readonly network: JobNetwork;
  readonly image: pulumi.Output<string>;
  /** Where the image is to be pushed; absent where the plan names another. */
  readonly repositoryUrl: pulumi.Output<string> | undefined;
  readonly logGroupName: string;
  readonly scheduleGroupName: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  readonly deadLetterQueueName: string;
  readonly executionRoleArn: pulumi.Output<string>;
  readonly schedulerRoleArn: pulumi.Output<string>;
  /** Of each job's task. */
  readonly size: ProtectionPlan["job"];

  constructor(name: string, args: JobRuntimeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:JobRuntime", name, {}, opts);
    const { plan, facts, operationsKeyArn } = args;
    const { environment } = plan;
    const tags = { ...facts.tags, "holdfast:component": "JobRuntime" };
    const inside = { parent: this };
    const own = `holdfast-${environment}`;
    this.size = plan.job;
    this.executionRoleArn = pulumi.output(args.executionRoleArn);
    this.schedulerRoleArn = pulumi.output(args.schedulerRoleArn);
    this.network = new JobNetwork(`${name}-network`, { environment, network: plan.network, facts }, inside);
    this.clusterArn = new ecs.Cluster(`${name}-cluster`, { name: own, tags }, inside).arn;
    this.logGroupName = `/holdfast/${environment}/jobs`;
    new cloudwatch.LogGroup(
      `${name}-log`,
      { name: this.logGroupName, retentionInDays: LOG_DAYS, kmsKeyId: operationsKeyArn, tags },
      inside,
    );
    this.deadLetterQueueName = `${own}-dead-letters`;
    this.deadLetterQueueArn = new sqs.Queue(
      `${name}-dead-letters`,
      {
        name: this.deadLetterQueueName,
        kmsMasterKeyId: operationsKeyArn,
        messageRetentionSeconds: QUEUE_SECONDS,
        tags,
      },
      inside,
    ).arn;
    this.scheduleGroupName = new scheduler.ScheduleGroup(
      `${name}-schedules`,
      { name: own, tags },
      inside,
    ).name;
    if (plan.job.image === undefined) {
      this.repositoryUrl = declareRepository(name, `holdfast-${environment}`, tags, inside);
      this.image = pulumi.interpolate`${this.repositoryUrl}:${args.version}`;
    } else this.image = pulumi.output(plan.job.image);
    this.registerOutputs({ clusterArn: this.clusterArn, image: this.image });
  }
}

function declareRepository(
  name: string,
  repositoryName: string,
  tags: Record<string, string>,
  inside: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const repository = new ecr.Repository(
    `${name}-images`,
    {
      name: repositoryName,
      // What was proved under a tag is what runs under it.
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      tags,
    },
    inside,
  );
  const rule = {
    rulePriority: 1,
    description: `keep the newest ${IMAGES_KEPT} images`,
    selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: IMAGES_KEPT },
    action: { type: "expire" },
  };
  new ecr.LifecyclePolicy(
    `${name}-images-lifecycle`,
    { repository: repository.name, policy: JSON.stringify({ rules: [rule] }) },
    inside,
  );
  return repository.repositoryUrl;
}
