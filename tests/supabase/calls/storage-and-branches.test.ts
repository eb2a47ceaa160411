import { createBranch } from "../../../supabase/calls/create-branch.ts";
import { deleteBranch } from "../../../supabase/calls/delete-branch.ts";
import { getBranch } from "../../../supabase/calls/get-branch.ts";
import { getStorageConfig } from "../../../supabase/calls/get-storage-config.ts";
import { listBranches } from "../../../supabase/calls/list-branches.ts";
import { listStorageBuckets } from "../../../supabase/calls/list-storage-buckets.ts";
import { setStorageConfig } from "../../../supabase/calls/set-storage-config.ts";
import { checkCalls } from "../support/check-calls.ts";
import { BRANCH_ID, BRANCH_REF, REF } from "../support/recorded-answers.ts";

const BRANCH = {
  id: BRANCH_ID,
  name: "drill",
  ref: BRANCH_REF,
  parentRef: REF,
  isDefault: false,
  persistent: false,
  withData: true,
  status: "CREATING_PROJECT",
  createdAt: new Date("2026-03-02T02:00:00Z"),
};

checkCalls("supabase/calls: Storage and branches", [
  {
    call: "listStorageBuckets",
    endpoint: "GET /v1/projects/{ref}/storage/buckets",
    ask: (api) => listStorageBuckets(api, REF),
    result: [
      {
        id: "order_photos",
        name: "order_photos",
        public: false,
        createdAt: new Date("2026-01-05T08:30:12.345Z"),
        updatedAt: new Date("2026-01-06T08:30:12.345Z"),
      },
    ],
    field: "[0].public",
  },
  {
    call: "getStorageConfig",
    endpoint: "GET /v1/projects/{ref}/config/storage",
    ask: (api) => getStorageConfig(api, REF),
    result: {
      fileSizeLimitBytes: 52428800,
      s3ProtocolEnabled: true,
      imageTransformationEnabled: true,
      migrationVersion: "operation-ergonomics",
    },
    field: "features.s3Protocol.enabled",
  },
  {
    call: "setStorageConfig",
    endpoint: "PATCH /v1/projects/{ref}/config/storage",
    ask: (api) => setStorageConfig(api, REF, { fileSizeLimitBytes: 104857600, s3ProtocolEnabled: true }),
    body: { fileSizeLimit: 104857600, features: { s3Protocol: { enabled: true } } },
    repeatable: true,
  },
  {
    call: "setStorageConfig of one setting",
    endpoint: "PATCH /v1/projects/{ref}/config/storage",
    ask: (api) => setStorageConfig(api, REF, { fileSizeLimitBytes: 0 }),
    body: { fileSizeLimit: 0 },
    repeatable: true,
  },
  {
    call: "listBranches",
    endpoint: "GET /v1/projects/{ref}/branches",
    ask: (api) => listBranches(api, REF),
    result: [BRANCH],
    field: "[0].project_ref",
  },
  {
    call: "createBranch",
    endpoint: "POST /v1/projects/{ref}/branches",
    ask: (api) => createBranch(api, REF, { name: "drill", withData: true, size: "small" }),
    body: { branch_name: "drill", with_data: true, desired_instance_size: "small" },
    result: BRANCH,
    field: "status",
  },
  {
    call: "getBranch",
    endpoint: "GET /v1/branches/{branch_id_or_ref}",
    ask: (api) => getBranch(api, BRANCH_ID),
    result: {
      ref: BRANCH_REF,
      status: "ACTIVE_HEALTHY",
      version: "17.6.1.111",
      host: `db.${BRANCH_REF}.supabase.co`,
      port: 5432,
      user: "postgres",
      password: "branch-password",
    },
    field: "db_port",
  },
  {
    call: "deleteBranch",
    endpoint: "DELETE /v1/branches/{branch_id_or_ref}",
    ask: (api) => deleteBranch(api, BRANCH_REF),
    query: { force: "true" },
    repeatable: true,
  },
]);
