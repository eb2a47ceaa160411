import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import type { PolicyStatement } from "./policy-document.ts";
import { roleArn } from "./role-name.ts";

/** Roles that a task may be started with. */
const TASK_ROLES = [
  "writer",
  "syncer",
  "restorer",
  "auditor",
  "sweeper",
  "watcher",
  "driller",
  "execution",
] as const;

/**
 * Starts the environment's tasks and state machines, passes their roles to ECS alone, and puts what could not be
 * started into its dead-letter queue. The cluster is named `holdfast-<environment>`, definitions and machines
 * `holdfast-<environment>_…`, which no other environment's are, the rest `holdfast-<environment>-…`.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
export function schedulerPolicy(
  facts: StackFacts,
  environment: string,
  operationsKeyArn: pulumi.Input<string>,
): PolicyStatement[] {
  const own = (service: string, rest: string) =>
    pulumi.interpolate`arn:${facts.partition}:${service}:${facts.region}:${facts.accountId}:${rest}`;
  const name = `holdfast-${environment}`;
  return [
    {
      Sid: "StartTasks",
      Effect: "Allow",
      Action: ["ecs:RunTask"],
      Resource: [own("ecs", `task-definition/${name}_*`)],
      Condition: { ArnEquals: { "ecs:cluster": own("ecs", `cluster/${name}`) } },
    },
    {
      Sid: "FollowTasks",
      Effect: "Allow",
      Action: ["ecs:StopTask", "ecs:DescribeTasks"],
      Resource: [own("ecs", `task/${name}/*`)],
    },
    {
      Sid: "TagTasks",
      Effect: "Allow",
      Action: ["ecs:TagResource"],
      Resource: [own("ecs", `task/${name}/*`)],
      Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    },
    {
      Sid: "PassTaskRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: TASK_ROLES.map((kind) => roleArn(facts, environment, kind)),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      Sid: "RunStateMachines",
      Effect: "Allow",
      Action: ["states:StartExecution"],
      Resource: [own("states", `stateMachine:${name}_*`)],
    },
    {
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: ["states:DescribeExecution", "states:StopExecution"],
      Resource: [own("states", `execution:${name}_*`)],
    },
    {
      Sid: "HearOfTasksAndExecutions",
      Effect: "Allow",
      Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      Resource: [
        own("events", "rule/StepFunctionsGetEventsForECSTaskRule"),
        own("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"),
      ],
    },
    {
      Sid: "KeepWhatFailed",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [own("sqs", `${name}-*`)],
    },
    {
      Sid: "EncryptWhatFailed",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: [operationsKeyArn],
      Condition: { StringEquals: { "kms:ViaService": `sqs.${facts.region}.amazonaws.com` } },
    },
  ];
}
