import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Deletes a branch with its project, at once and for good.
 *
 * Repeatable, as neither id is ever given again: the second request finds nothing (`SUPABASE_NOT_FOUND`).
 * @param id the branch's id, or the ref of its project
 * @see https://supabase.com/docs/reference/api/v1-delete-a-branch
 */
export async function deleteBranch(api: ManagementApi, id: string, options?: RequestOptions): Promise<void> {
  await api.request(
    {
      method: "DELETE",
      path: "/v1/branches/{branch_id_or_ref}",
      parameters: { branch_id_or_ref: id },
      query: { force: true },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
