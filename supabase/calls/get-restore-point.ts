import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type RestorePoint, restorePointReply } from "./replies/restore-point-reply.ts";

/**
 * A restore point and whether it is ready.
 * @param name @default the newest (UNVERIFIED: the vendor does not say which one is given without a name)
 * @throws ApiError `SUPABASE_REFUSED` ("This endpoint is unavailable at the moment") for all but selected customers
 * @see https://supabase.com/docs/reference/api/v1-get-restore-point
 */
export function getRestorePoint(
  api: ManagementApi,
  ref: string,
  { name }: { readonly name?: string } = {},
  options?: RequestOptions,
): Promise<RestorePoint> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/database/backups/restore-point",
      parameters: { ref },
      query: { name },
      status: 200,
      reply: restorePointReply,
    },
    options,
  );
}
