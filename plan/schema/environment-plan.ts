import { z } from "zod";
import { Alerts } from "./alerts.ts";
import { DrillPlace } from "./drills.ts";
import { field } from "./field.ts";
import { Job, Network } from "./job.ts";
import { Project } from "./project.ts";
import { SupabaseAccess } from "./supabase.ts";
import { slug } from "./texts.ts";
import { Vault } from "./vault.ts";

/** The plan as it is written: each field right by itself. `ProtectionPlan` is what becomes of it. */
export const EnvironmentPlan = z.strictObject({
  environment: slug({ text: "the environment that the plan protects", example: "prod" }),
  vault: field(Vault, {
    text: "where recovery points live",
    range: "{bucket, region, lock, keys, …}",
    example: "{bucket: acme-prod-vault, region: eu-central-1, keys: {kms: alias/holdfast}}",
  }),
  alerts: field(Alerts, {
    text: "who hears of what",
    range: "{topics, thresholds, chatWebhook, canary}",
    example: "{chatWebhook: {env: CHAT_WEBHOOK_URL}}",
  }).prefault({}),
  network: field(Network, {
    text: "where the job runs",
    range: "{vpcId, subnetIds, egress}",
    example: "{}",
  }).prefault({}),
  job: field(Job, {
    text: "the size of the job",
    range: "{workers, cpu, memoryMiB, concurrency, timeout, image}",
    example: "{workers: 2}",
  }).prefault({}),
  drills: field(DrillPlace, {
    text: "where and how drills run",
    range: "{target, timeToLive, backend}",
    example: "{target: {kind: server, connection: {env: DRILL_SERVER_URL}}}",
  }).prefault({}),
  supabase: field(SupabaseAccess, {
    text: "how the Management API of Supabase is reached",
    range: "{accessToken, endpoint}",
    example: "{accessToken: {env: SUPABASE_ACCESS_TOKEN}}",
  }).prefault({}),
  projects: field(
    z
      .array(
        field(Project, {
          text: "a protected project",
          range: "{name, connection, …}",
          example: "{name: ordak, connection: {env: DATABASE_URL}}",
        }),
      )
      .min(1),
    {
      text: "what is protected",
      range: "a list of at least one project",
      example: "[{name: ordak, connection: {env: DATABASE_URL}}]",
    },
  ),
});
export type EnvironmentPlan = z.output<typeof EnvironmentPlan>;
