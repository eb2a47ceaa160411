import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Gives a project another name; its ref and addresses stay.
 * @param name 1 to 256 characters
 * @see https://supabase.com/docs/reference/api/v1-update-a-project
 */
export async function renameProject(
  api: ManagementApi,
  ref: string,
  name: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "PATCH",
      path: "/v1/projects/{ref}",
      parameters: { ref },
      body: { name },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
