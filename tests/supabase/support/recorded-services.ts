import type { RecordedAnswer } from "./recorded-answer.ts";
import { API_KEY_ID, BRANCH_ID, BRANCH_REF, REF } from "./recorded-ids.ts";

const branch = {
  id: BRANCH_ID,
  name: "drill",
  project_ref: BRANCH_REF,
  parent_project_ref: REF,
  is_default: false,
  persistent: false,
  status: "CREATING_PROJECT",
  created_at: "2026-03-02T02:00:00.000Z",
  updated_at: "2026-03-02T02:00:00.000Z",
  with_data: true,
};

const edgeFunction = {
  id: "9b2f0d0e-5f0a-4d2b-9c57-1f0f0b1b7a11",
  slug: "confirm-order",
  name: "confirm-order",
  status: "ACTIVE",
  version: 7,
  created_at: 1767602000000,
  updated_at: 1767688400000,
  verify_jwt: true,
  import_map: false,
  entrypoint_path: "file:///src/index.ts",
  ezbr_sha256: "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf",
};

const apiKey = {
  api_key: "sb_secret_N7UND\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7",
  id: API_KEY_ID,
  type: "secret",
  prefix: "sb_secret_N7UND",
  name: "nightly_copy",
  description: null,
  hash: "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
  secret_jwt_template: { role: "service_role" },
  inserted_at: "2026-03-02T02:00:00.000Z",
  updated_at: "2026-03-02T02:00:00.000Z",
};

/** Functions, secrets, keys, Storage and branches. */
export const RECORDED_SERVICES = {
  "GET /v1/projects/{ref}/functions": { status: 200, body: [edgeFunction] },
  "POST /v1/projects/{ref}/functions/deploy": { status: 201, body: edgeFunction },
  "GET /v1/projects/{ref}/functions/{function_slug}/body": { status: 200 },
  "GET /v1/projects/{ref}/secrets": {
    status: 200,
    body: [
      {
        name: "WHATSAPP_TOKEN",
        value: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        updated_at: "2026-03-02T02:00:00.000Z",
      },
    ],
  },
  "POST /v1/projects/{ref}/secrets": { status: 201 },
  "DELETE /v1/projects/{ref}/secrets": { status: 200 },
  "GET /v1/projects/{ref}/api-keys": {
    status: 200,
    body: [
      { name: "anon", api_key: "eyJhbGciOiJIUzI1NiJ9.e30.anon", id: null, type: "legacy", hash: null },
      apiKey,
    ],
  },
  "POST /v1/projects/{ref}/api-keys": {
    status: 201,
    body: { ...apiKey, api_key: "sb_secret_N7UND0UgjKTVK-Uodkm0Hg" },
  },
  "DELETE /v1/projects/{ref}/api-keys/{id}": { status: 200, body: apiKey },
  "GET /v1/projects/{ref}/storage/buckets": {
    status: 200,
    body: [
      {
        id: "order_photos",
        name: "order_photos",
        owner: "",
        created_at: "2026-01-05T08:30:12.345Z",
        updated_at: "2026-01-06T08:30:12.345Z",
        public: false,
      },
    ],
  },
  "GET /v1/projects/{ref}/config/storage": {
    status: 200,
    body: {
      fileSizeLimit: 52428800,
      features: {
        imageTransformation: { enabled: true },
        s3Protocol: { enabled: true },
        icebergCatalog: { enabled: false, maxNamespaces: 10, maxTables: 10, maxCatalogs: 2 },
        vectorBuckets: { enabled: false, maxBuckets: 10, maxIndexes: 5 },
        purgeCache: { enabled: false },
      },
      capabilities: { list_v2: true, iceberg_catalog: false, object_versioning: false },
      external: { upstreamTarget: "main" },
      migrationVersion: "operation-ergonomics",
      databasePoolMode: "single_use",
    },
  },
  "PATCH /v1/projects/{ref}/config/storage": { status: 200 },
  "GET /v1/projects/{ref}/branches": { status: 200, body: [branch] },
  "POST /v1/projects/{ref}/branches": { status: 201, body: branch },
  "GET /v1/branches/{branch_id_or_ref}": {
    status: 200,
    body: {
      ref: BRANCH_REF,
      postgres_version: "17.6.1.111",
      postgres_engine: "17",
      release_channel: "ga",
      status: "ACTIVE_HEALTHY",
      db_host: `db.${BRANCH_REF}.supabase.co`,
      db_port: 5432,
      db_user: "postgres",
      db_pass: "branch-password",
      jwt_secret: "a-secret-of-the-branch",
    },
  },
  "DELETE /v1/branches/{branch_id_or_ref}": { status: 200, body: { message: "ok" } },
} as const satisfies Readonly<Record<`${string} /v1/${string}`, RecordedAnswer>>;
