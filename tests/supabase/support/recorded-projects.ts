import type { RecordedAnswer } from "./recorded-answer.ts";
import { REF } from "./recorded-ids.ts";

const project = {
  id: REF,
  ref: REF,
  organization_id: "holdfast-pro",
  organization_slug: "holdfast-pro",
  name: "ordak",
  region: "eu-central-1",
  created_at: "2026-01-05T08:30:12.345678Z",
};

const monthly = (amount: number) => ({
  description: `$${amount}/month`,
  type: "fixed",
  interval: "monthly",
  amount,
});

const hourly = (amount: number, description: string) => ({
  description,
  type: "usage",
  interval: "hourly",
  amount,
});

const ciSmall = {
  id: "ci_small",
  name: "Small",
  price: hourly(0.0206, "$0.0206/hour (~$15/month)"),
  meta: { cpu_cores: 2, cpu_dedicated: false, memory_gb: 2, supported_cloud_providers: ["AWS"] },
};

const pitr = (days: number, amount: number) => ({
  id: `pitr_${days}`,
  name: `${days} days`,
  price: monthly(amount),
  meta: { backup_duration_days: days },
});

const entitled = (key: string, type: string, config: object, hasAccess = true) => ({
  feature: { key, type },
  hasAccess,
  type,
  config,
});

/** Projects, add-ons and organizations. */
export const RECORDED_PROJECTS = {
  "POST /v1/projects": { status: 201, body: { ...project, status: "UNKNOWN" } },
  "GET /v1/projects/{ref}": {
    status: 200,
    body: {
      ...project,
      status: "ACTIVE_HEALTHY",
      database: {
        host: `db.${REF}.supabase.co`,
        version: "17.6.1.111",
        postgres_engine: "17",
        release_channel: "ga",
      },
    },
  },
  "PATCH /v1/projects/{ref}": { status: 200, body: { id: 711274, ref: REF, name: "ordak-2" } },
  "DELETE /v1/projects/{ref}": {
    status: 200,
    body: { id: 711274, ref: REF, name: "ordak", slug: "holdfast-pro" },
  },
  "GET /v1/projects/{ref}/health": {
    status: 200,
    body: [
      { name: "db", healthy: true, status: "ACTIVE_HEALTHY" },
      {
        name: "auth",
        healthy: true,
        status: "ACTIVE_HEALTHY",
        info: { name: "GoTrue", version: "v2.180.0", description: "GoTrue is a user registration API" },
      },
      { name: "storage", healthy: false, status: "UNHEALTHY", error: "Failed to retrieve health" },
    ],
  },
  "GET /v1/projects/{ref}/billing/addons": {
    status: 200,
    body: {
      selected_addons: [
        { type: "compute_instance", variant: ciSmall },
        { type: "pitr", variant: pitr(7, 100) },
      ],
      available_addons: [
        {
          type: "compute_instance",
          name: "Compute Instance",
          variants: [
            { ...ciSmall, id: "ci_micro", name: "Micro", price: hourly(0.01344, "$0.01344/hour") },
            ciSmall,
          ],
        },
        {
          type: "pitr",
          name: "Point in Time Recovery",
          variants: [pitr(7, 100), pitr(14, 200), pitr(28, 400)],
        },
        {
          type: "ipv4",
          name: "Dedicated IPv4 address",
          variants: [{ id: "ipv4_default", name: "IPv4", price: hourly(0.0055, "$0.0055/hour"), meta: {} }],
        },
      ],
    },
  },
  "PATCH /v1/projects/{ref}/billing/addons": { status: 200 },
  "DELETE /v1/projects/{ref}/billing/addons/{addon_variant}": { status: 200 },
  "GET /v1/organizations/{slug}": {
    status: 200,
    body: {
      id: "holdfast-pro",
      name: "Holdfast",
      plan: "pro",
      opt_in_tags: [],
      allowed_release_channels: ["ga", "preview"],
    },
  },
  "GET /v1/organizations/{slug}/entitlements": {
    status: 200,
    body: {
      entitlements: [
        entitled("backup.retention_days", "numeric", {
          enabled: true,
          value: 7,
          unlimited: false,
          unit: "days",
        }),
        entitled("pitr.available_variants", "set", {
          enabled: true,
          set: ["pitr_7", "pitr_14", "pitr_28"],
        }),
        entitled("backup.restore_to_new_project", "boolean", { enabled: true }),
        entitled("backup.schedule", "boolean", { enabled: false }, false),
      ],
    },
  },
  "GET /v1/organizations/{slug}/projects": {
    status: 200,
    body: {
      projects: [
        {
          ref: REF,
          name: "ordak",
          cloud_provider: "AWS",
          region: "eu-central-1",
          is_branch: false,
          status: "ACTIVE_HEALTHY",
          inserted_at: "2026-01-05T08:30:12.345678",
          databases: [
            {
              identifier: `${REF}-rr-eu-west-1`,
              type: "READ_REPLICA",
              region: "eu-west-1",
              status: "ACTIVE_HEALTHY",
              cloud_provider: "AWS",
              infra_compute_size: "medium",
              disk_volume_size_gb: 16,
            },
            {
              identifier: REF,
              type: "PRIMARY",
              region: "eu-central-1",
              status: "ACTIVE_HEALTHY",
              cloud_provider: "AWS",
              infra_compute_size: "small",
              disk_volume_size_gb: 8,
              disk_type: "gp3",
              disk_throughput_mbps: 125,
              disk_last_modified_at: "2026-01-05T08:30:12.345678",
            },
          ],
        },
      ],
      pagination: { count: 1, limit: 100, offset: 0 },
    },
  },
  "PATCH /v1/projects/{ref}/database/password": {
    status: 200,
    body: { message: "Successfully updated password" },
  },
} as const satisfies Readonly<Record<`${string} /v1/${string}`, RecordedAnswer>>;
