import type { ManagementApi, RequestOptions } from "../management-api.ts";

/**
 * Makes a database that Supabase made read-only writable for 15 minutes, so that space can be freed. Repeatable: the
 * quarter of an hour begins anew.
 * @see https://supabase.com/docs/reference/api/v1-disable-readonly-mode-temporarily
 */
export async function liftReadOnly(api: ManagementApi, ref: string, options?: RequestOptions): Promise<void> {
  await api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/readonly/temporary-disable",
      parameters: { ref },
      status: 201,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
