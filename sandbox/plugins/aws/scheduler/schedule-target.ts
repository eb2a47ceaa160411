import type { GetScheduleOutput, Target } from "@aws-sdk/client-scheduler";
import { z } from "zod";

const Network = z.strictObject({
  subnets: z.array(z.string()),
  securityGroups: z.array(z.string()).optional(),
  assignPublicIp: z.boolean().default(false),
});

const Ecs = z.strictObject({
  taskDefinitionArn: z.string(),
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).optional(),
  taskCount: z.number().int().min(1).max(10).default(1),
  platformVersion: z.string().optional(),
  group: z.string().optional(),
  propagateTags: z.literal("TASK_DEFINITION").optional(),
  enableEcsManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  networkConfiguration: Network.optional(),
});

/** What a schedule starts. AWS tries again for a day, up to 185 times, unless the policy says otherwise. */
export const ScheduleTarget = z.strictObject({
  arn: z.string(),
  roleArn: z.string(),
  input: z.string().optional(),
  deadLetterConfig: z.strictObject({ arn: z.string() }).optional(),
  retryPolicy: z
    .strictObject({
      maximumEventAgeInSeconds: z.number().int().min(60).max(86_400).default(86_400),
      maximumRetryAttempts: z.number().int().min(0).max(185).default(185),
    })
    .prefault({}),
  ecsParameters: Ecs.optional(),
});
export type ScheduleTarget = z.infer<typeof ScheduleTarget>;

export function requestOf(target: ScheduleTarget): Target {
  const { arn, roleArn, input, deadLetterConfig, retryPolicy, ecsParameters } = target;
  return {
    ...{ Arn: arn, RoleArn: roleArn, Input: input },
    ...(deadLetterConfig ? { DeadLetterConfig: { Arn: deadLetterConfig.arn } } : {}),
    RetryPolicy: {
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
    },
    ...(ecsParameters ? { EcsParameters: ecsRequest(ecsParameters) } : {}),
  };
}

function ecsRequest(ecs: z.infer<typeof Ecs>): Target["EcsParameters"] {
  const { networkConfiguration: network, tags } = ecs;
  return {
    TaskDefinitionArn: ecs.taskDefinitionArn,
    LaunchType: ecs.launchType,
    TaskCount: ecs.taskCount,
    PlatformVersion: ecs.platformVersion,
    Group: ecs.group,
    PropagateTags: ecs.propagateTags,
    EnableECSManagedTags: ecs.enableEcsManagedTags,
    EnableExecuteCommand: ecs.enableExecuteCommand,
    ...(tags ? { Tags: Object.entries(tags).map(([key, value]) => ({ key, value })) } : {}),
    ...(network
      ? {
          NetworkConfiguration: {
            awsvpcConfiguration: {
              Subnets: network.subnets,
              SecurityGroups: network.securityGroups,
              AssignPublicIp: network.assignPublicIp ? "ENABLED" : "DISABLED",
            },
          },
        }
      : {}),
  };
}

/** The target as a program would write it. */
export function targetOf(target: GetScheduleOutput["Target"]): object | undefined {
  if (!target) return undefined;
  const { EcsParameters: ecs, RetryPolicy: retry, DeadLetterConfig: queue } = target;
  const network = ecs?.NetworkConfiguration?.awsvpcConfiguration;
  return {
    ...{ arn: target.Arn, roleArn: target.RoleArn, input: target.Input },
    ...(queue ? { deadLetterConfig: { arn: queue.Arn } } : {}),
    retryPolicy: {
      maximumEventAgeInSeconds: retry?.MaximumEventAgeInSeconds,
      maximumRetryAttempts: retry?.MaximumRetryAttempts,
    },
    ...(ecs
      ? {
          ecsParameters: {
            ...{
              taskDefinitionArn: ecs.TaskDefinitionArn,
              launchType: ecs.LaunchType,
              taskCount: ecs.TaskCount,
            },
            ...{ platformVersion: ecs.PlatformVersion, group: ecs.Group, propagateTags: ecs.PropagateTags },
            ...{
              enableEcsManagedTags: ecs.EnableECSManagedTags,
              enableExecuteCommand: ecs.EnableExecuteCommand,
            },
            ...(ecs.Tags ? { tags: Object.fromEntries(ecs.Tags.map(({ key, value }) => [key, value])) } : {}),
            ...(network
              ? {
                  networkConfiguration: {
                    ...{ subnets: network.Subnets, securityGroups: network.SecurityGroups },
                    assignPublicIp: network.AssignPublicIp === "ENABLED",
                  },
                }
              : {}),
          },
        }
      : {}),
  };
}
