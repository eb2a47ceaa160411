import { resolve } from "node:path";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { ENVIRONMENT } from "../sandbox-plan.ts";
import { runTask } from "../tasks/run-task.ts";
import type { StoryContext } from "./story-context.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const SHOWN_LINES = 20;

/**
 * Does what the stack declares for the time of a schedule: the task that it names, with the command, plan and secrets
 * of its definition, as a process here in place of a container.
 * @param name of the schedule within the environment, e.g. `ordak.weekly`
 * @throws Error with the task's last words when it fails
 */
export async function runScheduled({ sandbox, signal }: StoryContext, name: string): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = sandbox.aws;
  const aws = { endpoint, region, accessKeyId, secretAccessKey };
  const scheduler = new Scheduler({ endpoint, region, credentials: aws });
  try {
    const { Target } = await scheduler.getSchedule({ GroupName: `holdfast-${ENVIRONMENT}`, Name: name });
    const taskDefinition = Target?.EcsParameters?.TaskDefinitionArn;
    if (taskDefinition === undefined) throw new Error(`the schedule ${name} starts no task`);
    const { exitCode, output } = await runTask({
      ...{ taskDefinition, input: Target?.Input, aws, signal },
      directory: PROJECT,
      imageEnvironment: { HOLDFAST_PG_BIN: sandbox.postgres.binDirectory },
    });
    if (exitCode === 0) return;
    const words = String(output).trim().split("\n").slice(-SHOWN_LINES).join("\n");
    throw new Error(`the task of the schedule ${name} ended with ${exitCode}:\n${words}`);
  } finally {
    scheduler.destroy();
  }
}
