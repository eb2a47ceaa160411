import type { MetricAlarm, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { asSet } from "../canonical.ts";
import { upperKeys } from "../key-case.ts";
import { tagList } from "../tag-list.ts";
import { changeAlarmTags, readAlarmTags } from "./alarm-tags.ts";
import { dimensionList, dimensionsOf } from "./dimensions.ts";
import { fromMetricQuery, metricQuery, toMetricQuery } from "./metric-query.ts";

const names = z.record(z.string(), z.string()).optional();
const text = z.string().optional();
const actions = z.array(z.string()).optional();
const count = z.number().int().min(1);

const inputs = {
  name: text,
  alarmDescription: text,
  actionsEnabled: z.boolean().default(true),
  alarmActions: actions,
  okActions: actions,
  insufficientDataActions: actions,
  comparisonOperator: z.string(),
  evaluationPeriods: count,
  datapointsToAlarm: count.optional(),
  threshold: z.number(),
  treatMissingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]).default("missing"),
  metricName: text,
  namespace: text,
  dimensions: names,
  period: count.optional(),
  statistic: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]).optional(),
  extendedStatistic: text,
  unit: text,
  metricQueries: z.array(metricQuery).optional(),
};

type Inputs = z.infer<z.ZodObject<typeof inputs>>;

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/metricalarm/ */
export const metricAlarm = awsResource({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs,
  replaces: ["name"],
  canonical: { alarmActions: asSet, okActions: asSet, insufficientDataActions: asSet, metricQueries: asSet },
  unique: ["name"],
  autoName: { longest: 255 },
  tagged: true,
  absent: ["ResourceNotFound"],

  async create({ aws, inputs: given, tags }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.putMetricAlarm({ ...alarmOf(given), Tags: tagList(tags) });
    return given.name ?? "";
  },

  async read({ aws, id: name, inputs: given }) {
    const cloudwatch = await aws.client("cloudwatch");
    const { MetricAlarms } = await cloudwatch.describeAlarms({
      AlarmNames: [name],
      AlarmTypes: ["MetricAlarm"],
    });
    const [found] = MetricAlarms ?? [];
    if (!found) return undefined;
    return {
      name,
      arn: found.AlarmArn,
      alarmDescription: found.AlarmDescription,
      actionsEnabled: found.ActionsEnabled,
      alarmActions: found.AlarmActions,
      okActions: found.OKActions,
      insufficientDataActions: found.InsufficientDataActions,
      comparisonOperator: found.ComparisonOperator,
      evaluationPeriods: found.EvaluationPeriods,
      datapointsToAlarm: found.DatapointsToAlarm,
      threshold: found.Threshold,
      treatMissingData: found.TreatMissingData ?? "missing",
      ...(found.MetricName ? metricOf(found) : { metricQueries: queriesOf(found, given.metricQueries) }),
      tagsAll: await readAlarmTags(aws, found.AlarmArn ?? ""),
    };
  },

  async update({ aws, inputs: given, outputs, tags, changed, removedTags }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.putMetricAlarm(alarmOf(given));
    if (changed("tags")) await changeAlarmTags(aws, String(outputs.arn), tags, removedTags);
  },

  async delete({ aws, id }) {
    const cloudwatch = await aws.client("cloudwatch");
    await cloudwatch.deleteAlarms({ AlarmNames: [id] });
  },
});

function alarmOf(given: Inputs): PutMetricAlarmCommandInput {
  const { name, okActions, dimensions, metricQueries, ...rest } = given;
  return {
    ...upperKeys<Omit<PutMetricAlarmCommandInput, "AlarmName">>(rest),
    AlarmName: name,
    OKActions: okActions,
    Dimensions: dimensionList(dimensions),
    Metrics: metricQueries?.map(toMetricQuery),
  };
}

function metricOf(found: MetricAlarm): object {
  return {
    metricName: found.MetricName,
    namespace: found.Namespace,
    dimensions: dimensionsOf(found.Dimensions),
    period: found.Period,
    // A server may tell the statistic that it falls back to beside the one that is asked for.
    ...(found.ExtendedStatistic
      ? { extendedStatistic: found.ExtendedStatistic }
      : { statistic: found.Statistic }),
    unit: found.Unit,
  };
}

/**
 * An alarm has a metric, or a calculation of some. A server that tells neither keeps no calculations: then they are
 * taken for what they were set to, or no update of such an alarm would ever be the last.
 */
function queriesOf({ Metrics = [] }: MetricAlarm, given: unknown): unknown {
  return Metrics.length > 0 ? Metrics.map(fromMetricQuery) : given;
}
