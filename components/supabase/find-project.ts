import { HoldfastError } from "../../plan/holdfast-error.ts";
import { getOrganization } from "../../supabase/calls/get-organization.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import type { SupabaseProject } from "../../supabase/calls/replies/project-reply.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";
import { isApiError } from "./is-api-error.ts";

/** States of a project that is being deleted, or is. */
const GONE: ReadonlySet<string> = new Set(["GOING_DOWN", "REMOVED"]);

/**
 * A project, or `undefined` when it is gone for sure.
 *
 * A token of another account gets the same 404 as a deleted project would; taking it for one would drop what exists
 * from the state. So the organization that the project was seen in must be visible before its absence is believed.
 *
 * @param organization its slug, when it is known
 * @throws HoldfastError PROJECT_NOT_VISIBLE
 */
export async function findProject(
  api: ManagementApi,
  ref: string,
  organization: string | undefined,
  options?: RequestOptions,
): Promise<SupabaseProject | undefined> {
  try {
    const project = await getProject(api, ref, options);
    return GONE.has(project.status) ? undefined : project;
  } catch (error) {
    if (!isApiError(error, "SUPABASE_NOT_FOUND")) throw error;
    if (organization !== undefined) await requireVisible(api, { ref, organization }, options);
    return undefined;
  }
}

async function requireVisible(
  api: ManagementApi,
  { ref, organization }: { readonly ref: string; readonly organization: string },
  options: RequestOptions | undefined,
): Promise<void> {
  try {
    await getOrganization(api, organization, options);
  } catch (error) {
    if (!isApiError(error, "SUPABASE_NOT_FOUND", "SUPABASE_FORBIDDEN")) throw error;
    throw new HoldfastError({
      code: "PROJECT_NOT_VISIBLE",
      message: `Neither project ${ref} nor its organization ${organization} is visible with this access token, so nothing says that the project is gone`,
      hint: `Use a token of a member of ${organization}; if the organization itself was deleted, take its resources out with \`pulumi state delete\`.`,
      cause: error,
    });
  }
}
