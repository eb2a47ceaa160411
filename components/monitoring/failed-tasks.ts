import type * as pulumi from "@pulumi/pulumi";
import { taskFamily } from "../jobs/task-family.ts";

/** Ends that a job means: done, and done with a finding, of which its own alarms tell. */
const MEANT = [0, 3];

/**
 * What EventBridge says of a task that did not end as it meant to: one that ECS could not start, as without image or
 * value of a secret, one that failed, was killed, ran out of memory or time; and a drill that found something. Left out
 * is the watch, which would tell so every five minutes: the alarms on its silence tell it once.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function failedTasks(environment: string, clusterArn: pulumi.Input<string>): object {
  const exitCode = (values: unknown[]) => ({ containers: { exitCode: values } });
  const drill = taskFamily(environment, "drill", "*");
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [clusterArn],
      lastStatus: ["STOPPED"],
      group: [{ "anything-but": `family:${taskFamily(environment, "watch")}` }],
      $or: [
        { stopCode: ["TaskFailedToStart"] },
        exitCode([{ "anything-but": MEANT }]),
        { ...exitCode([3]), taskDefinitionArn: [{ wildcard: `*/${drill}:*` }] },
      ],
    },
  };
}
