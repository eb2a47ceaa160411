import { z } from "zod";
import { field } from "./field.ts";
import { schedule, words } from "./texts.ts";

/** The rehearsals of a recovery, from the cheapest to the most complete. */
export const DRILL_KINDS = ["staging-restore", "pitr-simulation", "full-dr", "region-failover"] as const;
export type DrillKind = (typeof DRILL_KINDS)[number];

/** A drill runs by schedule, or it is left out for a reason that an auditor can read. */
export type Drill = { readonly schedule: string } | { readonly skip: string };
export type Drills = Readonly<Partial<Record<DrillKind, Drill>>>;

/** Weekly on Monday, monthly on the 2nd, quarterly on the 3rd, annually on 4 November; all in the morning, UTC. */
export const DEFAULT_DRILL_SCHEDULES = {
  "staging-restore": "0 5 * * 1",
  "pitr-simulation": "0 5 2 * *",
  "full-dr": "0 5 3 1,4,7,10 *",
  "region-failover": "0 5 4 11 *",
} as const satisfies Record<DrillKind, string>;

const drill = (kind: DrillKind, text: string) => {
  const example = `{schedule: "${DEFAULT_DRILL_SCHEDULES[kind]}"}`;
  const schema = z.union([
    z.strictObject({
      schedule: schedule({ text: "when it runs, UTC", example: `"${DEFAULT_DRILL_SCHEDULES[kind]}"` }),
    }),
    z.strictObject({
      skip: words({ text: "why it is left out, for the auditor", example: "staging has no replica region" }),
    }),
  ]);
  return field(schema, { text, range: '{schedule: cron} or {skip: "the reason"}', example }).optional();
};

export const DrillsShape = z.strictObject({
  "staging-restore": drill("staging-restore", "restore of the newest point into staging, proved; weekly"),
  "pitr-simulation": drill("pitr-simulation", "point-in-time recovery of a copy, proved; monthly"),
  "full-dr": drill("full-dr", "loss of the whole project, restored to a new one, timed; quarterly"),
  "region-failover": drill("region-failover", "restore from the replica region alone; annually"),
});
