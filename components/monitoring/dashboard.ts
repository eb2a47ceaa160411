import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { METRIC_NAMESPACE, type MetricName, type MetricPlace, metricDimensions } from "../../plan/metric.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import type { StackFacts } from "../stack-facts.ts";

export interface DashboardArgs {
  readonly plan: ProtectionPlan;
  readonly facts: StackFacts;
}

interface Graph {
  readonly title: string;
  readonly metrics: readonly (readonly string[])[];
  readonly statistic: "Sum" | "Maximum";
  readonly periodSeconds: number;
  /** A line that must not be crossed. */
  readonly limit?: { readonly label: string; readonly value: number };
}

/** The grid of a dashboard is 24 wide. */
const WIDTH = 8;
const HEIGHT = 6;
const DAY = 86_400;

/**
 * One page on which the state of all projects is seen: points and their age, durations, point-in-time recovery, mirrors,
 * the vault's size, each with its limit. The first three dashboards of an account are free, others 3 US dollars a month.
 */
export class Dashboard extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, { plan, facts }: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:Dashboard", name, {}, opts);
    const widgets = graphs(plan).map((graph, index) => widget(graph, index, facts.region));
    const dashboard = new cloudwatch.Dashboard(
      `${name}-page`,
      { dashboardName: `holdfast-${plan.environment}`, dashboardBody: JSON.stringify({ widgets }) },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
  }
}

function graphs(plan: ProtectionPlan): Graph[] {
  const { environment, vault, alerts } = plan;
  const { storageBytes } = vault.budget;
  return [
    ...plan.projects.flatMap((project) => projectGraphs(plan, project)),
    {
      title: "Vault",
      metrics: [line("VaultBytes", { environment })],
      ...{ statistic: "Maximum", periodSeconds: DAY },
      ...(storageBytes !== undefined && {
        limit: {
          label: `${alerts.thresholds.storagePercent} % of budget`,
          value: Math.floor((storageBytes * alerts.thresholds.storagePercent) / 100),
        },
      }),
    },
  ];
}

function projectGraphs({ environment, alerts }: ProtectionPlan, project: ProjectPlan): Graph[] {
  const { name, storage, pitr, objectives } = project;
  const { backupDurationWarningSeconds, pitrLagWarningSeconds } = alerts.thresholds;
  const tiers = TIERS.filter((tier) => project.tiers[tier]?.schedule !== undefined);
  const ofTiers = (metric: MetricName) =>
    tiers.map((tier) => line(metric, { environment, project: name, tier }));
  const ofBuckets = (metric: MetricName) =>
    storage.map(({ bucket }) => line(metric, { environment, project: name, bucket }));
  const all: Graph[] = [
    {
      title: `${name}: backups`,
      metrics: [...ofTiers("BackupSucceeded"), ...ofTiers("BackupFailed")],
      ...{ statistic: "Sum", periodSeconds: DAY },
    },
    {
      title: `${name}: duration`,
      metrics: ofTiers("BackupDurationSeconds"),
      ...{ statistic: "Maximum", periodSeconds: DAY },
      limit: { label: "slow", value: backupDurationWarningSeconds },
    },
    {
      title: `${name}: age of the newest point`,
      metrics: ofTiers("RecoveryPointAgeSeconds"),
      ...{ statistic: "Maximum", periodSeconds: 3_600 },
      // With point-in-time recovery the objective is met by that.
      ...(pitr === undefined && { limit: { label: "RPO", value: objectives.rpoSeconds } }),
    },
    {
      title: `${name}: point-in-time recovery`,
      metrics:
        pitr === undefined
          ? []
          : [
              line("PitrLagSeconds", { environment, project: name }),
              line("PitrGapSeconds", { environment, project: name }),
            ],
      ...{ statistic: "Maximum", periodSeconds: 300 },
      limit: { label: "lag", value: pitrLagWarningSeconds },
    },
    {
      title: `${name}: mirror`,
      metrics: [...ofBuckets("SyncSucceeded"), ...ofBuckets("SyncFailed"), ...ofBuckets("MirrorMissing")],
      ...{ statistic: "Sum", periodSeconds: DAY },
    },
  ];
  return all.filter(({ metrics }) => metrics.length > 0);
}

function line(metric: MetricName, place: MetricPlace): string[] {
  return [METRIC_NAMESPACE, metric, ...Object.entries(metricDimensions(place)).flat()];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function widget(graph: Graph, index: number, region: string) {
  const across = 24 / WIDTH;
  return {
    type: "metric",
    x: (index % across) * WIDTH,
    y: Math.floor(index / across) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: graph.title,
      region,
      view: "timeSeries",
      stat: graph.statistic,
      period: graph.periodSeconds,
      metrics: graph.metrics,
      ...(graph.limit !== undefined && { annotations: { horizontal: [graph.limit] } }),
    },
  };
}
