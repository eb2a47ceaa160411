import { z } from "zod";
import { Checks } from "./checks.ts";
import { DrillsShape } from "./drills.ts";
import { field } from "./field.ts";
import { Hooks } from "./hooks.ts";
import { Approvals, Contacts } from "./people.ts";
import { secretReference } from "./secret-reference.ts";
import { StorageAccess, StorageBucket } from "./storage.ts";
import { backupSchedule, COMPUTE_SIZES, NetworkRestrictions, Pitr } from "./supabase.ts";
import { byteSize, duration, slug, text, wholeNumber } from "./texts.ts";
import { Tiers } from "./tiers.ts";
import { WiringTarget } from "./wiring.ts";

const Objectives = z
  .strictObject({
    rto: duration({ text: "time until service is back", example: "4h", min: "1m", max: "30d" }).prefault(
      "4h",
    ),
    rpo: duration({ text: "time whose changes may be lost", example: "24h", min: "1m", max: "30d" }).prefault(
      "24h",
    ),
  })
  .transform(({ rto, rpo }) => ({ rtoSeconds: rto, rpoSeconds: rpo }));

const Recovery = z
  .strictObject({
    watch: duration({ text: "watching after a cut-over", example: "30m", min: "5m", max: "24h" }).prefault(
      "30m",
    ),
    postMortem: duration({
      text: "time until the post-mortem is due",
      example: "48h",
      min: "1h",
      max: "30d",
    }).prefault("48h"),
  })
  .transform(({ watch, postMortem }) => ({ watchSeconds: watch, postMortemSeconds: postMortem }));

const Sizing = z
  .strictObject({
    database: byteSize({ text: "size of the database", example: "8 GiB" }).optional(),
    monthlyGrowthPercent: wholeNumber({
      text: "growth in a month",
      example: "5",
      min: 0,
      max: 100,
    }).optional(),
  })
  .transform(({ database, ...rest }) => ({
    ...rest,
    ...(database !== undefined && { databaseBytes: database }),
  }));

/** One project as it is written; `ProjectPlan` is what becomes of it. */
export const Project = z.strictObject({
  name: slug({ text: "the name of the project in commands, keys and reports", example: "ordak" }),
  kind: field(z.enum(["supabase", "postgres"]), {
    text: "a Supabase project or a plain PostgreSQL database",
    range: "supabase or postgres",
    example: "postgres",
  }).default("supabase"),
  ref: text({
    text: "the project's reference at Supabase",
    example: "abcdefghijklmnopqrst",
    range: "20 lower-case letters, as in the project's URL",
    form: /^[a-z]{20}$/,
  }).optional(),
  organization: text({
    text: "the organization's slug at Supabase",
    example: "bannos",
    range: "letters, digits and hyphens",
    form: /^[A-Za-z0-9-]{1,64}$/,
  }).optional(),
  region: text({
    text: "the region of the project",
    example: "eu-central-1",
    range: "a region such as eu-central-1",
    form: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
  }).optional(),
  compute: field(z.enum(COMPUTE_SIZES), {
    text: "the compute size at Supabase",
    range: COMPUTE_SIZES.join(", "),
    example: "small",
  }).optional(),
  connection: secretReference({
    text: "where the address of the database is: postgres://user:password@host:5432/database",
    example: "{env: DATABASE_URL}",
  }),
  objectives: field(Objectives, {
    text: "what a recovery must achieve",
    range: "{rto: duration, rpo: duration}",
    example: "{rto: 4h, rpo: 24h}",
  }).prefault({}),
  pitr: field(Pitr, {
    text: "point-in-time recovery by Supabase",
    range: "{windowDays: 7, 14 or 28}",
    example: "{windowDays: 7}",
  }).optional(),
  backupSchedule: backupSchedule.optional(),
  sslEnforcement: field(z.boolean(), {
    text: "whether the database refuses connections without TLS",
    range: "true or false",
    example: "true",
  }).optional(),
  networkRestrictions: field(NetworkRestrictions, {
    text: "which addresses may connect to the database",
    range: "{allowedCidrs: [range, …], allowedCidrsV6: [range, …]}",
    example: '{allowedCidrs: ["203.0.113.0/24"]}',
  }).optional(),
  tiers: field(Tiers, {
    text: "when recovery points are taken and how long they are kept",
    range: "tiers by name: nightly, weekly, monthly, checkpoint, emergency",
    example: "{nightly: {retain: {days: 30}}}",
  }).prefault({ nightly: {} }),
  storage: field(
    z.array(
      field(StorageBucket, {
        text: "a bucket of Supabase Storage",
        range: "{bucket, schedule, reconcile, retain}",
        example: "{bucket: order_photos}",
      }),
    ),
    {
      text: "buckets of Supabase Storage that are mirrored",
      range: "a list of {bucket, schedule, reconcile, retain}",
      example: "[{bucket: order_photos}]",
    },
  ).default([]),
  storageAccess: field(StorageAccess, {
    text: "how Supabase Storage is read",
    range: "{accessKeyId: reference, secretAccessKey: reference}",
    example: "{accessKeyId: {env: STORAGE_ACCESS_KEY_ID}, secretAccessKey: {env: STORAGE_SECRET_ACCESS_KEY}}",
  }).optional(),
  checks: field(Checks, {
    text: "what must be true of the database and of every restored copy",
    range: "{criticalTables, expectedTables, expectedEnums, smoke, migrationsDirectory}",
    example: "{criticalTables: [public.orders]}",
  }).prefault({}),
  drills: field(DrillsShape, {
    text: "when recovery is rehearsed",
    range: "drills by name: staging-restore, pitr-simulation, full-dr, region-failover",
    example: '{full-dr: {schedule: "0 5 3 1,4,7,10 *"}}',
  }).prefault({}),
  approvals: field(Approvals, {
    text: "who must approve a recovery that overwrites production",
    range: "{roles: [role, …], minimum: n}",
    example: "{roles: [CEO, Director]}",
  }).optional(),
  contacts: field(Contacts, {
    text: "whom a recovery calls",
    range: "{primary, secondary, escalationChannel}",
    example: "{primary: {name: Platform on-call, email: on-call@example.com}}",
  }).optional(),
  hooks: field(Hooks, {
    text: "commands run at named steps of a recovery",
    range: "hooks by step",
    example: "{redeploy: {command: [npm, run, deploy]}}",
  }).prefault({}),
  wiring: field(z.array(WiringTarget), {
    text: "where the address and keys of a restored project are written",
    range: "a list of targets",
    example: "[]",
  }).default([]),
  recovery: field(Recovery, {
    text: "what follows a recovery",
    range: "{watch: duration, postMortem: duration}",
    example: "{watch: 30m, postMortem: 48h}",
  }).prefault({}),
  sizing: field(Sizing, {
    text: "sizes for the forecast of cost and egress",
    range: "{database: size, monthlyGrowthPercent: n}",
    example: "{database: 8 GiB}",
  }).prefault({}),
});
export type Project = z.output<typeof Project>;
