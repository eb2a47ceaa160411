import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

export interface StorageConfig {
  /** The largest file that may be stored, in bytes. */
  readonly fileSizeLimitBytes: number;
  readonly s3ProtocolEnabled: boolean;
  /** Whether transformed images are offered. */
  readonly imageTransformationEnabled: boolean;
  readonly migrationVersion?: string;
}

const Switch = z.object({ enabled: z.boolean() });
const Reply = z
  .object({
    fileSizeLimit: z.number(),
    features: z.object({ s3Protocol: Switch, imageTransformation: Switch }),
    migrationVersion: z.string().nullish(),
  })
  .transform(
    ({ fileSizeLimit, features, migrationVersion }): StorageConfig =>
      present({
        fileSizeLimitBytes: fileSizeLimit,
        s3ProtocolEnabled: features.s3Protocol.enabled,
        imageTransformationEnabled: features.imageTransformation.enabled,
        migrationVersion,
      }),
  );

/**
 * How a project's Storage is set.
 * @see https://supabase.com/docs/reference/api/v1-get-storage-config
 */
export function getStorageConfig(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<StorageConfig> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/config/storage",
      parameters: { ref },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
