import { z } from "zod";
import type { Retain } from "../retention-days.ts";
import { isScheduledTier, TIERS } from "../tier.ts";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { tableName } from "./table-name.ts";
import { schedule, uniqueList, wholeNumber } from "./texts.ts";

export const LOCK_MODES = ["compliance", "governance", "none"] as const;
export type LockMode = (typeof LOCK_MODES)[number];

export const lockMode = (text: string) =>
  field(z.enum(LOCK_MODES), {
    text,
    range: "compliance (nobody can shorten it), governance (break-glass can) or none",
    example: "compliance",
  });

const SHORTHANDS = ["full", "schema"];

/** `full` and `schema` may be written as a word. */
const expandScope = (value: unknown) =>
  typeof value === "string" && SHORTHANDS.includes(value) ? { kind: value } : value;

const scopeKind = <Kind extends string>(kind: Kind) =>
  field(z.literal(kind), { text: "which part", range: "full, schema or tables", example: kind });

/** What of the database a recovery point holds. */
export const TierScope = z.preprocess(
  expandScope,
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: scopeKind("full") }),
    z.strictObject({ kind: scopeKind("schema") }),
    z.strictObject({
      kind: scopeKind("tables"),
      tables: uniqueList(tableName({ text: "a table", example: "public.orders" }), {
        text: "the tables whose rows are kept",
        example: "[public.orders]",
        of: "tables",
      }).min(1),
    }),
  ]),
);
export type TierScope = z.output<typeof TierScope>;

/** The longest retention that can be declared: ten years. */
const LONGEST_DAYS = 3_650;

const RetainShape = z
  .strictObject({
    days: wholeNumber({
      text: "days each point is kept",
      example: "30",
      min: 1,
      max: LONGEST_DAYS,
    }).optional(),
    count: wholeNumber({
      text: "how many verified points are kept",
      example: "4",
      min: 1,
      max: 1_000,
    }).optional(),
  })
  .transform((value, context): Retain => {
    if (value.days !== undefined && value.count === undefined) return { days: value.days };
    if (value.count !== undefined && value.days === undefined) return { count: value.count };
    refuse(context, { bound: "either days or count", fix: "write {days: 30} or {count: 4}" });
    return z.NEVER;
  });

const retain = (example: string) =>
  field(RetainShape.clone(), { text: "how long points are kept", range: "{days: n} or {count: n}", example });

const scope = () =>
  field(TierScope.clone(), {
    text: "what of the database a point holds",
    range: "full, schema or {kind: tables, tables: […]}",
    example: "full",
  });

export interface TierRule {
  /** Cron, UTC; absent for tiers taken on demand. */
  readonly schedule?: string;
  readonly scope: TierScope;
  readonly retain: Retain;
  /** @default the vault's mode */
  readonly lockMode?: LockMode;
  /** Whether each point is restored and proved when it is taken; checkpoints alone. @default false */
  readonly prove?: boolean;
}

const scheduledTier = (
  name: string,
  defaultSchedule: string,
  defaultRetain: { days?: number; count?: number },
) => {
  const schema = z.strictObject({
    schedule: schedule({ text: "when points are taken, UTC", example: `"${defaultSchedule}"` }).default(
      defaultSchedule,
    ),
    scope: scope().prefault("full"),
    retain: retain("{days: 30}").prefault(defaultRetain),
    lockMode: lockMode("how points of this tier are locked").optional(),
  });
  return field(schema, {
    text: `${name} recovery points`,
    range: "{schedule, scope, retain, lockMode}",
    example: `{schedule: "${defaultSchedule}", retain: {days: 30}}`,
  }).optional();
};

const demandTier = () =>
  z.strictObject({
    scope: scope().prefault("full"),
    retain: retain("{days: 30}").optional(),
    lockMode: lockMode("how points of this tier are locked").optional(),
  });

const checkpointTier = () =>
  demandTier().extend({
    prove: field(z.boolean(), {
      text: "whether each checkpoint is restored and proved before the deployment goes on",
      range: "true or false",
      example: "true",
    }).optional(),
  });

/** The tiers of a project as they are written; those on demand need no entry. */
export const Tiers = z
  .strictObject({
    nightly: scheduledTier("nightly", "0 2 * * *", { days: 30 }),
    weekly: scheduledTier("weekly", "0 3 * * 0", { count: 4 }),
    monthly: scheduledTier("monthly", "0 4 1 * *", { count: 6 }),
    checkpoint: field(checkpointTier(), {
      text: "points taken before a deployment",
      range: "{scope, retain, lockMode, prove}",
      example: "{retain: {days: 30}}",
    }).optional(),
    emergency: field(demandTier(), {
      text: "points taken of the broken state, before it is recovered",
      range: "{scope, retain, lockMode}",
      example: "{retain: {days: 30}}",
    }).optional(),
  })
  .superRefine((tiers, context) => {
    for (const tier of TIERS) {
      const rule = tiers[tier];
      if (rule?.retain && "count" in rule.retain && !isScheduledTier(tier)) {
        refuse(context, {
          path: [tier, "retain"],
          bound: "a number of days: points on demand have no rhythm that turns a count into a lock",
          fix: "write {days: 30}",
        });
      }
    }
  });
export type Tiers = z.output<typeof Tiers>;
