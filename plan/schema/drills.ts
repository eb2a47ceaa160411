import { z } from "zod";
import { type DrillTarget, drillTargetField } from "./drill-target.ts";
import { field } from "./field.ts";
import { duration, schedule, text, wholeNumber, words } from "./texts.ts";

/** The rehearsals of a recovery, from the cheapest to the most complete. */
export const DRILL_KINDS = ["staging-restore", "pitr-simulation", "full-dr", "region-failover"] as const;
export type DrillKind = (typeof DRILL_KINDS)[number];

/** A drill runs by schedule, or it is left out for a reason that an auditor can read. */
export type Drill =
  | {
      readonly schedule: string;
      readonly target?: DrillTarget | undefined;
      /** Of `staging-restore` alone. */
      readonly alsoProve?: number | undefined;
    }
  | { readonly skip: string };
export type Drills = Readonly<Partial<Record<DrillKind, Drill>>>;

/** Weekly on Monday, monthly on the 2nd, quarterly on the 3rd, annually on 4 November; all in the morning, UTC. */
export const DEFAULT_DRILL_SCHEDULES = {
  "staging-restore": "0 5 * * 1",
  "pitr-simulation": "0 5 2 * *",
  "full-dr": "0 5 3 1,4,7,10 *",
  "region-failover": "0 5 4 11 *",
} as const satisfies Record<DrillKind, string>;

/** Only what was proved expires, and a drill of the newest point never comes to those between. */
const alsoProve = {
  alsoProve: wholeNumber({
    text: "how many more points that were never proved are proved after the newest, each time",
    example: "6",
    min: 1,
    max: 31,
  }).optional(),
};

const drill = (kind: DrillKind, text: string, more: Partial<typeof alsoProve> = {}) => {
  const example = `{schedule: "${DEFAULT_DRILL_SCHEDULES[kind]}"}`;
  const schema = z.union([
    z.strictObject({
      schedule: schedule({ text: "when it runs, UTC", example: `"${DEFAULT_DRILL_SCHEDULES[kind]}"` }),
      target: drillTargetField("what this drill restores into, in place of drills.target").optional(),
      ...more,
    }),
    z.strictObject({
      skip: words({ text: "why it is left out, for the auditor", example: "staging has no replica region" }),
    }),
  ]);
  return field(schema, {
    text,
    range: `{schedule: cron, ${["target", ...Object.keys(more)].join(", ")}} or {skip: "the reason"}`,
    example,
  }).optional();
};

export const DrillsShape = z.strictObject({
  "staging-restore": drill(
    "staging-restore",
    "restore of the newest point into staging, proved; weekly",
    alsoProve,
  ),
  "pitr-simulation": drill("pitr-simulation", "point-in-time recovery of a copy, proved; monthly"),
  "full-dr": drill("full-dr", "loss of the whole project, restored to a new one, timed; quarterly"),
  "region-failover": drill("region-failover", "restore from the replica region alone; annually"),
});

/** Where and how drills run. */
export const DrillPlace = z
  .strictObject({
    target: drillTargetField("what drills restore into, unless a project's drill says otherwise").optional(),
    timeToLive: duration({
      text: "after which the stack of a drill that nobody ended is destroyed by the next one",
      example: "6h",
      min: "30m",
      max: "7d",
    }).prefault("6h"),
    backend: text({
      text: "where Pulumi keeps the state of drills; where it keeps all state when absent",
      example: "s3://acme-drill-state?region=eu-central-1",
      range: "a backend of Pulumi: file://, s3://, gs://, azblob:// or https://",
      form: /^(?:file|s3|gs|azblob|https):\/\/[^\s]*$/,
    }).optional(),
  })
  .transform(({ timeToLive, ...rest }) => ({ ...rest, timeToLiveSeconds: timeToLive }));
export type DrillPlace = z.output<typeof DrillPlace>;
