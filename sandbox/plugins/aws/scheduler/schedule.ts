import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { requestOf, ScheduleTarget, targetOf } from "./schedule-target.ts";

const shape = {
  name: z.string().optional(),
  groupName: z.string().default("default"),
  description: z.string().optional(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().default("UTC"),
  flexibleTimeWindow: z.strictObject({
    mode: z.enum(["OFF", "FLEXIBLE"]),
    maximumWindowInMinutes: z.number().int().min(1).max(1440).optional(),
  }),
  startDate: z.iso.datetime().optional(),
  endDate: z.iso.datetime().optional(),
  state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  actionAfterCompletion: z.enum(["NONE", "DELETE"]).default("NONE"),
  kmsKeyArn: z.string().optional(),
  target: ScheduleTarget,
};

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/scheduler/schedule/ */
export const schedule = awsResource({
  type: "aws:scheduler/schedule:Schedule",
  inputs: shape,
  replaces: ["name", "groupName"],
  unique: ["name", "groupName"],
  autoName: { longest: 64 },
  absent: ["ResourceNotFoundException"],
  async create({ aws, inputs }) {
    await (await aws.client("scheduler")).createSchedule(request(inputs));
    return `${inputs.groupName}/${inputs.name}`;
  },
  async read({ aws, id }) {
    const [GroupName, Name] = id.split("/");
    const found = await (await aws.client("scheduler")).getSchedule({ GroupName, Name });
    const window = found.FlexibleTimeWindow;
    return {
      ...{ name: found.Name, groupName: found.GroupName, description: found.Description, arn: found.Arn },
      scheduleExpression: found.ScheduleExpression,
      scheduleExpressionTimezone: found.ScheduleExpressionTimezone,
      flexibleTimeWindow: { mode: window?.Mode, maximumWindowInMinutes: window?.MaximumWindowInMinutes },
      ...{ startDate: timeOf(found.StartDate), endDate: timeOf(found.EndDate), state: found.State },
      actionAfterCompletion: found.ActionAfterCompletion ?? "NONE",
      kmsKeyArn: found.KmsKeyArn,
      target: targetOf(found.Target),
    };
  },
  async update({ aws, inputs }) {
    await (await aws.client("scheduler")).updateSchedule(request(inputs));
  },
  async delete({ aws, id }) {
    const [GroupName, Name] = id.split("/");
    await (await aws.client("scheduler")).deleteSchedule({ GroupName, Name });
  },
});

/** An update takes the whole schedule: what it leaves out falls back to the default. */
function request(inputs: z.infer<z.ZodObject<typeof shape>>): CreateScheduleInput {
  const { flexibleTimeWindow: window, startDate, endDate } = inputs;
  return {
    ...{
      Name: inputs.name,
      GroupName: inputs.groupName,
      Description: inputs.description,
      State: inputs.state,
    },
    ScheduleExpression: inputs.scheduleExpression,
    ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
    FlexibleTimeWindow: { Mode: window.mode, MaximumWindowInMinutes: window.maximumWindowInMinutes },
    ...(startDate ? { StartDate: new Date(startDate) } : {}),
    ...(endDate ? { EndDate: new Date(endDate) } : {}),
    ...{ ActionAfterCompletion: inputs.actionAfterCompletion, KmsKeyArn: inputs.kmsKeyArn },
    Target: requestOf(inputs.target),
  };
}

function timeOf(date: Date | undefined): string | undefined {
  return date?.toISOString().replace(".000Z", "Z");
}
