import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Deletes a key: whoever uses it is refused from now on.
 *
 * Repeatable, as an id is never given again: the second request finds nothing (`SUPABASE_NOT_FOUND`).
 * @param id of `listApiKeys`; the legacy keys have none
 * @see https://supabase.com/docs/reference/api/v1-delete-project-api-key
 */
export async function deleteApiKey(
  api: ManagementApi,
  ref: string,
  id: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "DELETE",
      path: "/v1/projects/{ref}/api-keys/{id}",
      parameters: { ref, id },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
