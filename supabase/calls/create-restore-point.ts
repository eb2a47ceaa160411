import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type RestorePoint, restorePointReply } from "./replies/restore-point-reply.ts";

/**
 * Names this moment of a project, so that its database can be taken back to it. For selected customers only.
 * @param name 1 to 20 characters
 * @throws ApiError `SUPABASE_REFUSED` ("This endpoint is unavailable at the moment") for everybody else
 * @see https://supabase.com/docs/reference/api/v1-create-restore-point
 */
export function createRestorePoint(
  api: ManagementApi,
  ref: string,
  { name }: { readonly name: string },
  options?: RequestOptions,
): Promise<RestorePoint> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/database/backups/restore-point",
      parameters: { ref },
      body: { name },
      status: 201,
      reply: restorePointReply,
    },
    options,
  );
}
