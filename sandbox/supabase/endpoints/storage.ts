import { z } from "zod";
import { databaseOf } from "../database-of.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { ProjectRecord } from "../state/project-record.ts";

const BUCKETS = `SELECT id, name, coalesce(owner_id, owner::text, '') AS owner, public,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
  to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated_at
  FROM storage.buckets ORDER BY name`;

const enabledShape = z.object({ enabled: z.boolean() });
const configShape = z.strictObject({
  fileSizeLimit: z.number().int().min(0).max(536_870_912_000).optional(),
  features: z
    .object({
      imageTransformation: enabledShape.optional(),
      s3Protocol: enabledShape.optional(),
      icebergCatalog: z.looseObject({}).optional(),
      vectorBuckets: z.looseObject({}).optional(),
    })
    .optional(),
  external: z.object({ upstreamTarget: z.enum(["main", "canary"]) }).optional(),
});

const shown = ({ storage }: ProjectRecord) => ({
  fileSizeLimit: storage.fileSizeLimit,
  features: {
    imageTransformation: { enabled: storage.imageTransformation },
    s3Protocol: { enabled: storage.s3Protocol },
    icebergCatalog: { enabled: false, maxNamespaces: 0, maxTables: 0, maxCatalogs: 0 },
    vectorBuckets: { enabled: false, maxBuckets: 0, maxIndexes: 0 },
  },
  capabilities: { list_v2: true, iceberg_catalog: false, object_versioning: false },
  external: { upstreamTarget: "main" },
  migrationVersion: "custom-metadata",
  databasePoolMode: "recycled",
});

/** Storage as the Management API sees it; its objects are behind the S3 endpoint. */
export const storageEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/storage/buckets",
    handle: async (platform, { ref }) => {
      const cluster = databaseOf(platform, platform.project(ref));
      return { status: 200, body: cluster ? await cluster.query(BUCKETS) : [] };
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/projects/{ref}/config/storage",
    handle: (platform, { ref }) => ({ status: 200, body: shown(platform.project(ref)) }),
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/projects/{ref}/config/storage",
    body: configShape,
    handle: (platform, { ref, json: { fileSizeLimit, features } }) => {
      const { storage } = platform.project(ref);
      platform.update(ref, {
        storage: {
          fileSizeLimit: fileSizeLimit ?? storage.fileSizeLimit,
          s3Protocol: features?.s3Protocol?.enabled ?? storage.s3Protocol,
          imageTransformation: features?.imageTransformation?.enabled ?? storage.imageTransformation,
        },
      });
      return { status: 200 };
    },
  }),
];
