import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Tier } from "../../plan/tier.ts";
import { CONTAINER, jobCommand } from "./job-task.ts";

export interface MappedProject {
  readonly project: string;
  /** ARN of the project's own task, which has its plan and its secrets. */
  readonly task: string;
}

export interface ProjectMapFacts {
  readonly projects: readonly MappedProject[];
  readonly tier: Tier;
  /** Tasks that run at once. */
  readonly concurrency: number;
  readonly clusterArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly assignPublicIp: boolean;
  /** After which a task is stopped. */
  readonly timeoutSeconds: number;
}

/** What a state may hand to the next. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const LARGEST_LIST_BYTES = 256 * 1024;

/**
 * The state machine that takes a point of one tier of each project: the same script in each project's own task, so many
 * at once. That a project fails stops no other: it is seen by that project's own alarms.
 * @throws HoldfastError PROJECT_MAP_TOO_LARGE (exit 2)
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function projectMapDefinition(facts: ProjectMapFacts): object {
  const { projects, tier, concurrency } = facts;
  const list = { tier, projects };
  const bytes = Buffer.byteLength(JSON.stringify(list));
  if (bytes > LARGEST_LIST_BYTES) throw tooLarge(projects.length, bytes);
  return {
    Comment: `Takes the ${tier} point of ${projects.length} projects, ${concurrency} at once`,
    StartAt: "List",
    States: {
      // In the machine itself, so that it can be started by hand with no input.
      List: { Type: "Pass", Result: list, Next: "Projects" },
      Projects: {
        Type: "Map",
        ItemsPath: "$.projects",
        ItemSelector: {
          "project.$": "$$.Map.Item.Value.project",
          "task.$": "$$.Map.Item.Value.task",
          tier,
        },
        MaxConcurrency: concurrency,
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Backup",
          States: { Backup: taskState(facts) },
        },
        ResultPath: null,
        End: true,
      },
    },
  };
}

function taskState(facts: ProjectMapFacts): object {
  const words = jobCommand(["scripts/backup.ts"]).map((word) => `'${word}'`);
  const command = [...words, "'--project'", "$.project", "'--tier'", "$.tier"].join(", ");
  return {
    Type: "Task",
    // Waits for the task's end, so that the cap counts tasks that run and not tasks that were started.
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Parameters: {
      LaunchType: "FARGATE",
      Cluster: facts.clusterArn,
      "TaskDefinition.$": "$.task",
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: facts.subnetIds,
          SecurityGroups: [facts.securityGroupId],
          AssignPublicIp: facts.assignPublicIp ? "ENABLED" : "DISABLED",
        },
      },
      Overrides: { ContainerOverrides: [{ Name: CONTAINER, "Command.$": `States.Array(${command})` }] },
    },
    TimeoutSeconds: facts.timeoutSeconds,
    // A start that was refused, for want of capacity or for too many at once; what ran and failed is not run again.
    Retry: [
      {
        ErrorEquals: ["ECS.AmazonECSException", "AmazonECS.Unknown"],
        IntervalSeconds: 30,
        BackoffRate: 2,
        MaxAttempts: 5,
        JitterStrategy: "FULL",
      },
    ],
    ResultPath: null,
    End: true,
  };
}

function tooLarge(projects: number, bytes: number): HoldfastError {
  return new HoldfastError({
    code: "PROJECT_MAP_TOO_LARGE",
    message: `The list of ${projects} projects is ${bytes} bytes long; a state machine hands on ${LARGEST_LIST_BYTES} at most.`,
    hint: "Divide them among several maps, e.g. one for each organization.",
    exitCode: 2,
  });
}
