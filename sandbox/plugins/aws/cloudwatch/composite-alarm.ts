import type { PutCompositeAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { tagList } from "../tag-list.ts";
import { changeAlarmTags, readAlarmTags } from "./alarm-tags.ts";

const actions = z.array(z.string()).max(5).optional();

const inputs = {
  alarmName: z.string(),
  alarmRule: z.string(),
  alarmDescription: z.string().optional(),
  actionsEnabled: z.boolean().default(true),
  alarmActions: actions,
  okActions: actions,
  insufficientDataActions: actions,
  actionsSuppressor: z
    .strictObject({ alarm: z.string(), extensionPeriod: z.number().int(), waitPeriod: z.number().int() })
    .optional(),
};

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/compositealarm/ */
export const compositeAlarm = awsResource({
  type: "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  inputs,
  replaces: ["alarmName", "actionsEnabled"],
  canonical: {
    alarmActions: asSet,
    okActions: asSet,
    insufficientDataActions: asSet,
    alarmRule: (rule) => (typeof rule === "string" ? rule.trim() : rule),
  },
  unique: ["alarmName"],
  tagged: true,
  absent: ["ResourceNotFound"],

  async create({ aws, inputs: given, tags }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.putCompositeAlarm({ ...alarmOf(given), Tags: tagList(tags) });
    return given.alarmName;
  },

  async read({ aws, id: alarmName }) {
    const cloudwatch = await aws.client("cloudwatch");
    const { CompositeAlarms } = await cloudwatch.describeAlarms({
      AlarmNames: [alarmName],
      AlarmTypes: ["CompositeAlarm"],
    });
    const [found] = CompositeAlarms ?? [];
    if (!found) return undefined;
    return {
      alarmName,
      arn: found.AlarmArn,
      alarmRule: found.AlarmRule,
      alarmDescription: found.AlarmDescription,
      actionsEnabled: found.ActionsEnabled,
      alarmActions: found.AlarmActions,
      okActions: found.OKActions,
      insufficientDataActions: found.InsufficientDataActions,
      actionsSuppressor: found.ActionsSuppressor && {
        alarm: found.ActionsSuppressor,
        extensionPeriod: found.ActionsSuppressorExtensionPeriod,
        waitPeriod: found.ActionsSuppressorWaitPeriod,
      },
      tagsAll: await readAlarmTags(aws, found.AlarmArn ?? ""),
    };
  },

  async update({ aws, inputs: given, outputs, tags, changed, removedTags }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.putCompositeAlarm(alarmOf(given));
    if (changed("tags")) await changeAlarmTags(aws, String(outputs.arn), tags, removedTags);
  },

  async delete({ aws, id }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.deleteAlarms({ AlarmNames: [id] });
  },
});

function alarmOf(given: z.infer<z.ZodObject<typeof inputs>>): PutCompositeAlarmCommandInput {
  return {
    AlarmName: given.alarmName,
    AlarmRule: given.alarmRule,
    AlarmDescription: given.alarmDescription,
    ActionsEnabled: given.actionsEnabled,
    AlarmActions: given.alarmActions,
    OKActions: given.okActions,
    InsufficientDataActions: given.insufficientDataActions,
    ActionsSuppressor: given.actionsSuppressor?.alarm,
    ActionsSuppressorExtensionPeriod: given.actionsSuppressor?.extensionPeriod,
    ActionsSuppressorWaitPeriod: given.actionsSuppressor?.waitPeriod,
  };
}
