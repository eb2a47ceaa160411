import type { ComputeSize } from "../../plan/schema/supabase.ts";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { projectReply, type SupabaseProject } from "./replies/project-reply.ts";

export interface NewProject {
  /** 1 to 256 characters. */
  readonly name: string;
  readonly organizationSlug: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** Password of the database's `postgres`; goes into the request's body alone. */
  readonly databasePassword: string;
  /** @default the smallest that the plan has */
  readonly size?: ComputeSize;
}

/**
 * Starts the making of a project. The answer's status is `UNKNOWN` at first; wait until it is ready.
 *
 * Never sent twice: a second request would make a second project. After `SUPABASE_OUTCOME_UNKNOWN`, look for the name
 * among the organization's projects.
 * @see https://supabase.com/docs/reference/api/v1-create-a-project
 */
export function createProject(
  api: ManagementApi,
  project: NewProject,
  options?: RequestOptions,
): Promise<SupabaseProject> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects",
      body: {
        name: project.name,
        organization_slug: project.organizationSlug,
        db_pass: project.databasePassword,
        region_selection: { type: "specific", code: project.region },
        ...(project.size !== undefined && { desired_instance_size: project.size }),
      },
      status: 201,
      reply: projectReply,
    },
    options,
  );
}
