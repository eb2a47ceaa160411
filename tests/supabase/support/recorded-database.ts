import type { RecordedAnswer } from "./recorded-answer.ts";
import { REF } from "./recorded-ids.ts";

const restrictions = {
  entitlement: "allowed",
  config: { dbAllowedCidrs: ["203.0.113.0/24"], dbAllowedCidrsV6: ["2001:db8::/32"] },
  old_config: { dbAllowedCidrs: ["0.0.0.0/0"], dbAllowedCidrsV6: ["::/0"] },
  status: "applied",
  updated_at: "2026-03-02T02:00:00.000Z",
  applied_at: "2026-03-02T02:00:04.000Z",
};

const schedule = { schedule_for: "04:00:00", updated_at: "2026-03-02T02:00:00+00:00" };

const restorePoint = { name: "before-upgrade", status: "PENDING", completed_on: null };

const ssl = { currentConfig: { database: true }, appliedSuccessfully: true };

const rootKey = { root_key: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" };

/** Backups, the database and its doors. */
export const RECORDED_DATABASE = {
  "GET /v1/projects/{ref}/database/backups": {
    status: 200,
    body: {
      region: "eu-central-1",
      walg_enabled: true,
      pitr_enabled: true,
      backups: [
        {
          id: 4201,
          is_physical_backup: true,
          status: "COMPLETED",
          inserted_at: "2026-03-01T02:11:43.120Z",
        },
      ],
      physical_backup_data: {
        earliest_physical_backup_date_unix: 1771891200,
        latest_physical_backup_date_unix: 1772416740,
      },
    },
  },
  "POST /v1/projects/{ref}/database/backups/restore-pitr": { status: 201, body: {} },
  "POST /v1/projects/{ref}/database/backups/restore-point": { status: 201, body: restorePoint },
  "GET /v1/projects/{ref}/database/backups/restore-point": {
    status: 200,
    body: { ...restorePoint, status: "AVAILABLE", completed_on: "2026-03-02T02:00:09.000Z" },
  },
  "GET /v1/projects/{ref}/database/backups/schedule": { status: 200, body: schedule },
  "PATCH /v1/projects/{ref}/database/backups/schedule": { status: 200, body: schedule },
  "GET /v1/projects/{ref}/readonly": {
    status: 200,
    body: { enabled: false, override_enabled: false, override_active_until: "1970-01-01 00:00:00+00" },
  },
  "POST /v1/projects/{ref}/readonly/temporary-disable": { status: 201 },
  "POST /v1/projects/{ref}/database/query": {
    status: 201,
    body: [{ store: "Bern", orders: 12, at: "2026-03-02 02:00:00+00", note: null }],
  },
  "POST /v1/projects/{ref}/database/query/read-only": { status: 201, body: [{ "?column?": 1 }] },
  "GET /v1/projects/{ref}/database/migrations": {
    status: 200,
    body: [{ version: "20260105083012", name: "create_orders" }, { version: "20260206101500" }],
  },
  "POST /v1/projects/{ref}/database/migrations": { status: 200, body: [] },
  "POST /v1/projects/{ref}/cli/login-role": {
    status: 201,
    body: { role: "cli_login_postgres", password: "w1th-a-short-life", ttl_seconds: 300 },
  },
  "GET /v1/projects/{ref}/pgsodium": { status: 200, body: rootKey },
  "PUT /v1/projects/{ref}/pgsodium": { status: 200, body: rootKey },
  "GET /v1/projects/{ref}/config/database/pooler": {
    status: 200,
    body: ["READ_REPLICA", "PRIMARY"].map((type) => ({
      identifier: REF,
      database_type: type,
      is_using_scram_auth: true,
      db_user: `postgres.${REF}`,
      db_host:
        type === "PRIMARY" ? "aws-0-eu-central-1.pooler.supabase.com" : "aws-1-eu-west-1.pooler.supabase.com",
      db_port: 6543,
      db_name: "postgres",
      connection_string: `postgresql://postgres.${REF}:[YOUR-PASSWORD]@pooler:6543/postgres`,
      connectionString: `postgresql://postgres.${REF}:[YOUR-PASSWORD]@pooler:6543/postgres`,
      default_pool_size: null,
      max_client_conn: null,
      pool_mode: "transaction",
    })),
  },
  "GET /v1/projects/{ref}/network-restrictions": { status: 200, body: restrictions },
  "POST /v1/projects/{ref}/network-restrictions/apply": {
    status: 201,
    body: { ...restrictions, status: "stored" },
  },
  "GET /v1/projects/{ref}/ssl-enforcement": { status: 200, body: ssl },
  "PUT /v1/projects/{ref}/ssl-enforcement": { status: 200, body: ssl },
} as const satisfies Readonly<Record<`${string} /v1/${string}`, RecordedAnswer>>;
