import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { projectReply, type SupabaseProject } from "./replies/project-reply.ts";

/**
 * A project and its state.
 * @throws ApiError `SUPABASE_NOT_FOUND` when no such project exists or the token may not see it
 * @see https://supabase.com/docs/reference/api/v1-get-project
 */
export function getProject(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<SupabaseProject> {
  return api.request(
    { method: "GET", path: "/v1/projects/{ref}", parameters: { ref }, status: 200, reply: projectReply },
    options,
  );
}
