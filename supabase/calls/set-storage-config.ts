import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface StorageSettings {
  /** 0 to 536,870,912,000 (500 GiB), in bytes. */
  readonly fileSizeLimitBytes?: number;
  readonly s3ProtocolEnabled?: boolean;
}

/**
 * Changes the settings of a project's Storage that are given; the others stay.
 * @throws ApiError `SUPABASE_PLAN_REQUIRED` for what the plan does not include
 * @see https://supabase.com/docs/reference/api/v1-update-storage-config
 */
export async function setStorageConfig(
  api: ManagementApi,
  ref: string,
  { fileSizeLimitBytes, s3ProtocolEnabled }: StorageSettings,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "PATCH",
      path: "/v1/projects/{ref}/config/storage",
      parameters: { ref },
      body: {
        ...(fileSizeLimitBytes !== undefined && { fileSizeLimit: fileSizeLimitBytes }),
        ...(s3ProtocolEnabled !== undefined && { features: { s3Protocol: { enabled: s3ProtocolEnabled } } }),
      },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
