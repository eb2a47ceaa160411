import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { dimensionList, dimensionsOf } from "./dimensions.ts";

const text = z.string().optional();
const period = z.number().int().min(1);

/** A metric, or a calculation with others, that an alarm watches. */
export const metricQuery = z.strictObject({
  id: z.string(),
  expression: text,
  label: text,
  accountId: text,
  period: period.optional(),
  returnData: z.boolean().optional(),
  metric: z
    .strictObject({
      metricName: z.string(),
      namespace: text,
      dimensions: z.record(z.string(), z.string()).optional(),
      period,
      stat: z.string(),
      unit: text,
    })
    .optional(),
});

export function toMetricQuery({ metric, ...query }: z.infer<typeof metricQuery>): MetricDataQuery {
  return {
    Id: query.id,
    Expression: query.expression,
    Label: query.label,
    AccountId: query.accountId,
    Period: query.period,
    ReturnData: query.returnData ?? false,
    MetricStat: metric && {
      Metric: {
        MetricName: metric.metricName,
        Namespace: metric.namespace,
        Dimensions: dimensionList(metric.dimensions),
      },
      Period: metric.period,
      Stat: metric.stat,
      Unit: metric.unit as "Seconds" | undefined,
    },
  };
}

export function fromMetricQuery({ MetricStat, ...found }: MetricDataQuery): object {
  return {
    id: found.Id,
    expression: found.Expression,
    label: found.Label,
    accountId: found.AccountId,
    period: found.Period,
    returnData: found.ReturnData ?? true,
    metric: MetricStat && {
      metricName: MetricStat.Metric?.MetricName,
      namespace: MetricStat.Metric?.Namespace,
      dimensions: dimensionsOf(MetricStat.Metric?.Dimensions),
      period: MetricStat.Period,
      stat: MetricStat.Stat,
      unit: MetricStat.Unit,
    },
  };
}
