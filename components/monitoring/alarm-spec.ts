import type { MetricName } from "../../plan/metric.ts";
import type { Severity } from "./severity.ts";

/** A metric of one namespace with its dimensions. */
export interface MetricSource {
  /** @default Holdfast */
  readonly namespace?: string;
  readonly metric: MetricName | (string & {});
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One alarm, before it is declared. */
export interface AlarmSpec {
  /** Unique in the environment, lower-case with hyphens; part of the alarm's name. */
  readonly name: string;
  /** The project that it is of, with whose name its own begins; absent where it is of the environment. */
  readonly project?: string;
  readonly severity: Severity;
  /** Whose topics hear of it. @default that of its severity alone */
  readonly heardBy?: readonly Severity[];
  /** What is wrong and what to do, for whoever is woken by it. */
  readonly says: string;
  /** A metric, or an expression over metrics by their ids. */
  readonly of:
    | MetricSource
    | { readonly expression: string; readonly metrics: Readonly<Record<string, MetricSource>> };
  readonly statistic: "Sum" | "Maximum" | "SampleCount";
  readonly comparison: ">" | ">=" | "<";
  readonly threshold: number;
  /** Multiple of 60; periods and their number together are 7 days at most. */
  readonly periodSeconds: number;
  /** How many periods in a row. @default 1 */
  readonly periods?: number;
  /** Whether silence itself is the alarm. @default false */
  readonly silenceIsBad?: boolean;
}
