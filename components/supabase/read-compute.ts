import { getOrganization } from "../../supabase/calls/get-organization.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import { listAddons, type SelectedAddon } from "../../supabase/calls/list-addons.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";

/**
 * The compute add-on of a project; `undefined` on the free plan, which has none. UNVERIFIED whether a paid project of
 * the smallest size, which needs no add-on, shows one: where nothing is listed it counts as having that size.
 */
export async function readCompute(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<SelectedAddon | undefined> {
  const { compute, selected } = await listAddons(api, ref, options);
  const found = selected.find(({ variant }) => variant === compute);
  if (found !== undefined) return found;
  const { organizationSlug } = await getProject(api, ref, options);
  if (organizationSlug === undefined) return undefined;
  const { plan = "free" } = await getOrganization(api, organizationSlug, options);
  return plan === "free" ? undefined : { type: "compute_instance", variant: "ci_micro" };
}
