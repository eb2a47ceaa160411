import * as ecs from "@pulumi/aws/ecs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import type { JobRuntime } from "./job-runtime.ts";
import { taskFamily } from "./task-family.ts";

export interface JobTaskArgs {
  readonly environment: string;
  /** Name of the project, a slug; absent where the job is one for all projects. */
  readonly project?: string;
  /** What it does, e.g. `dump`; one word, part of its name. */
  readonly job: string;
  readonly runtime: JobRuntime;
  /** What the job itself may do. */
  readonly taskRoleArn: pulumi.Input<string>;
  /** The script and its options, e.g. `["scripts/backup.ts", "--project", "ordak"]`. */
  readonly command: readonly string[];
  /** The plan as JSON; the command gets it by `--plan env:HOLDFAST_PLAN`. */
  readonly plan: string;
  /** ARNs of secrets by the environment variable that holds each. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** CPU units and MiB of memory that Fargate offers together. @default those of the plan's `job` */
  readonly size?: TaskSize;
  /** After which the job ends itself. @default that of the plan's `job` */
  readonly timeoutSeconds?: number;
  /** Whether it may write into the image's work directory, and nowhere else: empty at its start, gone at its end. @default false */
  readonly workDirectory?: boolean;
  readonly facts: StackFacts;
}

export interface TaskSize {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/**
 * A volume of the image at the same path, with its owner and what it holds, is what makes it writable for an ordinary user.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
 */
export const WORK_DIRECTORY = "/home/node/work";
/** The only container of every task. */
export const CONTAINER = "job";
const WORK_VOLUME = "work";
/** Seconds that a job has to end its children and uploads when it is told to stop; the longest that Fargate gives. */
const STOP_SECONDS = 120;

/** The words that start a script in the image, and tell it where its plan is. */
export function jobCommand([script = "", ...options]: readonly string[]): string[] {
  return ["node", script, "--plan", "env:HOLDFAST_PLAN", ...options];
}

/**
 * A job as a task on Fargate: image, size, command, plan and secrets by reference. It runs as an ordinary
 * user on a file system that it cannot change. Costs by the second that it runs: about 0.04 US dollars an hour of one
 * CPU and 2 GB.
 * @see https://aws.amazon.com/fargate/pricing/
 */
export class JobTask extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: JobTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:jobs:JobTask", name, {}, opts);
    const { environment, project, job, runtime, facts, workDirectory, size = runtime.size } = args;
    const definition = new ecs.TaskDefinition(
      `${name}-definition`,
      {
        family: taskFamily(environment, job, project),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        // A fifth cheaper than x86 for the same work.
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
        cpu: String(size.cpu),
        memory: String(size.memoryMiB),
        executionRoleArn: runtime.executionRoleArn,
        taskRoleArn: args.taskRoleArn,
        containerDefinitions: pulumi.jsonStringify([containerOf(args)]),
        ...(workDirectory ? { volumes: [{ name: WORK_VOLUME }] } : {}),
        tags: {
          ...facts.tags,
          "holdfast:component": "JobTask",
          ...(project === undefined ? {} : { "holdfast:project": project }),
        },
      },
      { parent: this },
    );
    this.taskDefinitionArn = definition.arn;
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }
}

function containerOf(args: JobTaskArgs) {
  const { project, job, runtime, command, plan, secrets, workDirectory, facts } = args;
  const { timeoutSeconds = runtime.size.timeoutSeconds } = args;
  return {
    name: CONTAINER,
    image: runtime.image,
    essential: true,
    command: jobCommand(command),
    environment: [
      { name: "HOLDFAST_PLAN", value: plan },
      // The log is where metrics are published: no call, no right, and nothing to fail.
      { name: "HOLDFAST_METRICS", value: "emf" },
      // Nothing of ECS ends a task that hangs: it would be paid for, and hold its lock, for ever.
      { name: "HOLDFAST_TIMEOUT_SECONDS", value: String(timeoutSeconds) },
    ],
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    readonlyRootFilesystem: true,
    ...(workDirectory
      ? { mountPoints: [{ sourceVolume: WORK_VOLUME, containerPath: WORK_DIRECTORY, readOnly: false }] }
      : {}),
    user: "node",
    stopTimeout: STOP_SECONDS,
    linuxParameters: { initProcessEnabled: true },
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": runtime.logGroupName,
        "awslogs-region": facts.region,
        "awslogs-stream-prefix": project === undefined ? job : `${project}-${job}`,
      },
    },
  };
}
