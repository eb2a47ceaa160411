import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Gives a project the key that its restored Vault and encrypted columns were closed with. What was closed with the key
 * that it had before can then not be opened. Restarts the database (UNVERIFIED).
 * @see https://supabase.com/docs/reference/api/v1-update-pgsodium-config
 */
export async function setRootKey(
  api: ManagementApi,
  ref: string,
  rootKey: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "PUT",
      path: "/v1/projects/{ref}/pgsodium",
      parameters: { ref },
      body: { root_key: rootKey },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
