import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Deletes a project **and all its backups, for good**.
 *
 * Repeatable, as a ref is never given again: the second request finds nothing (`SUPABASE_NOT_FOUND`).
 * @throws ApiError `SUPABASE_REFUSED` while the project is being made, paused or otherwise changed
 * @see https://supabase.com/docs/reference/api/v1-delete-a-project
 */
export async function deleteProject(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "DELETE",
      path: "/v1/projects/{ref}",
      parameters: { ref },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
