import type * as pulumi from "@pulumi/pulumi";
import { SMALL_TASK } from "../../plan/small-task.ts";
import { type CommonJobArgs, RegularJob } from "./regular-job.ts";

export interface WatchArgs extends CommonJobArgs {
  readonly watcherRoleArn: pulumi.Input<string>;
}

/** As often as the shortest period of an alarm. */
const EVERY_FIVE_MINUTES = "*/5 * * * *";
/** Two passes later it would tell old news; one that hangs must not be paid for as long as a backup may take. */
const TIMEOUT_SECONDS = 900;

/**
 * Looks at a whole environment every five minutes: what no job can measure of itself becomes metrics and, in the chat,
 * alerts. It has no login to a database. When it does not run, the alarms on silence tell of it. About 3 US dollars a
 * month, as Fargate bills a minute at least.
 * @see https://aws.amazon.com/fargate/pricing/
 */
export class Watch extends RegularJob {
  constructor(
    name: string,
    { watcherRoleArn, ...shared }: WatchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const args = {
      ...{ ...shared, command: ["scripts/watch.ts"] },
      ...{ job: "watch", taskRoleArn: watcherRoleArn, size: SMALL_TASK, timeoutSeconds: TIMEOUT_SECONDS },
      schedule: {
        end: "every-5-minutes",
        scheduleName: "watch",
        description: `Holdfast ${shared.environment}: one look at everything`,
        cron: EVERY_FIVE_MINUTES,
      },
    };
    super("holdfast:jobs:Watch", name, args, opts);
  }
}
