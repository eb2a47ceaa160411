import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface Addon {
  readonly type: "pitr" | "compute_instance";
  /** `pitr_7` or `ci_small`; see `pitrVariant` and `computeVariant`. */
  readonly variant: string;
}

/**
 * Gives a project an add-on, or changes the one of that type. Charged from the first hour. A change of compute restarts
 * the database (`RESIZING`), and for minutes after any change Supabase refuses the next one, which the client waits for.
 * @throws ApiError `SUPABASE_REFUSED` on the free plan, or when the organization is not entitled to the variant
 * @throws ApiError `SUPABASE_BUSY` when an earlier change is processed beyond the deadline
 * @see https://supabase.com/docs/reference/api/v1-apply-project-addon
 */
export async function setAddon(
  api: ManagementApi,
  ref: string,
  { type, variant }: Addon,
  options?: RequestOptions,
): Promise<void> {
  await api.request(
    {
      method: "PATCH",
      path: "/v1/projects/{ref}/billing/addons",
      parameters: { ref },
      body: { addon_type: type, addon_variant: variant },
      status: 200,
      reply: undefined,
      repeatable: true,
    },
    options,
  );
}
