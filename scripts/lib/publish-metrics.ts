import {
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
  type MetricPlace,
  metricDimensions,
} from "../../plan/metric.ts";

/**
 * Publishes metrics as a line of the log, which CloudWatch reads them from, where HOLDFAST_METRICS is `emf`, as in a
 * task of the stack; nowhere else.
 * @param say writes the line
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function publishMetrics(
  place: MetricPlace,
  values: Partial<Readonly<Record<MetricName, number>>>,
  { at, say }: { readonly at: Date; readonly say: (text: string) => void },
): void {
  if (process.env.HOLDFAST_METRICS !== "emf") return;
  const dimensions = metricDimensions(place);
  const named = (Object.keys(values) as MetricName[]).map((Name) => ({ Name, Unit: METRICS[Name] }));
  const directive = { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics: named };
  const _aws = { Timestamp: at.getTime(), CloudWatchMetrics: [directive] };
  say(JSON.stringify({ _aws, ...dimensions, ...values }));
}
