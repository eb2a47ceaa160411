import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Deletes secrets of a project's Edge Functions by name.
 * @see https://supabase.com/docs/reference/api/v1-bulk-delete-secrets
 */
export async function deleteSecrets(
  api: ManagementApi,
  ref: string,
  names: readonly string[],
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "DELETE",
      path: "/v1/projects/{ref}/secrets",
      parameters: { ref },
      body: names,
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
