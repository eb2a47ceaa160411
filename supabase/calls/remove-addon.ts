import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Takes an add-on from a project. Without the PITR add-on nothing can be recovered to a time any more, so remove it
 * knowingly, and before compute goes below Small.
 * @param variant the variant (`pitr_7`), not the type
 * @throws ApiError `SUPABASE_BUSY` when an earlier change is processed beyond the deadline
 * @see https://supabase.com/docs/reference/api/v1-remove-project-addon
 */
export async function removeAddon(
  api: ManagementApi,
  ref: string,
  variant: string,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "DELETE",
      path: "/v1/projects/{ref}/billing/addons/{addon_variant}",
      parameters: { ref, addon_variant: variant },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
