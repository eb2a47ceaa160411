import type { Dimension, MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Inputs } from "../declared/declared-stack.ts";

/** What an alarm fires on, from fields that declared and actual ones have in common. */
interface Condition {
  readonly measures: string;
  readonly comparison: unknown;
  readonly threshold: unknown;
  readonly periods: unknown;
  readonly breaching: unknown;
  readonly missing: unknown;
}

interface DeclaredMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly period: number;
  readonly stat?: string;
}

interface DeclaredQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: DeclaredMetric;
}

export function declaredCondition(inputs: Inputs): string {
  const { metricQueries } = inputs as { readonly metricQueries?: readonly DeclaredQuery[] };
  // The components that declare alarms wrote these inputs.
  const metric = inputs as unknown as DeclaredMetric & { readonly statistic: string };
  return words({
    measures: metricQueries
      ? metricQueries.map(declaredQuery).sort().join(", ")
      : metricWords(metric.statistic, metric, Object.entries(metric.dimensions ?? {})),
    comparison: inputs.comparisonOperator,
    threshold: inputs.threshold,
    periods: inputs.evaluationPeriods,
    breaching: inputs.datapointsToAlarm,
    missing: inputs.treatMissingData,
  });
}

function declaredQuery({ id, expression, metric }: DeclaredQuery): string {
  if (expression !== undefined || metric === undefined) return `${id} = ${expression}`;
  return `${id} = ${metricWords(metric.stat, metric, Object.entries(metric.dimensions ?? {}))}`;
}

export function actualCondition(alarm: MetricAlarm): string {
  const { Metrics = [], Namespace = "", MetricName, Period = 0, Dimensions } = alarm;
  const place = { namespace: Namespace, metricName: MetricName ?? "", period: Period };
  return words({
    measures:
      MetricName === undefined
        ? Metrics.map(actualQuery).sort().join(", ")
        : metricWords(alarm.Statistic ?? alarm.ExtendedStatistic, place, pairs(Dimensions)),
    comparison: alarm.ComparisonOperator,
    threshold: alarm.Threshold,
    periods: alarm.EvaluationPeriods,
    breaching: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    missing: alarm.TreatMissingData ?? "missing",
  });
}

function actualQuery({ Id, Expression, MetricStat: stat }: MetricDataQuery): string {
  if (Expression !== undefined || stat === undefined) return `${Id} = ${Expression}`;
  const { Namespace = "", MetricName = "", Dimensions } = stat.Metric ?? {};
  const place = { namespace: Namespace, metricName: MetricName, period: stat.Period ?? 0 };
  return `${Id} = ${metricWords(stat.Stat, place, pairs(Dimensions))}`;
}

const pairs = (dimensions: readonly Dimension[] = []) =>
  dimensions.map(({ Name = "", Value = "" }) => [Name, Value] as const);

function metricWords(
  statistic: string | undefined,
  { namespace, metricName, period }: Pick<DeclaredMetric, "namespace" | "metricName" | "period">,
  dimensions: readonly (readonly [string, string])[],
): string {
  const of = dimensions.map(([name, value]) => `${name}=${value}`).sort();
  return `${statistic} of ${namespace} ${metricName} {${of.join(", ")}} over ${period} s`;
}

function words({ measures, comparison, threshold, periods, breaching, missing }: Condition): string {
  return `${measures} ${comparison} ${threshold} in ${breaching} of ${periods}; silence: ${missing}`;
}
