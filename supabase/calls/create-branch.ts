import type { ComputeSize } from "../../plan/schema/supabase.ts";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type Branch, branchReply } from "./replies/branch-reply.ts";

export interface NewBranch {
  readonly name: string;
  /** Whether the parent's rows are copied; of which moment is UNVERIFIED, probably its latest backup. @default false */
  readonly withData?: boolean;
  /** Whether it outlives the pull request that it was made for. @default false */
  readonly persistent?: boolean;
  /** @default the parent's */
  readonly region?: string;
  /** @default the smallest */
  readonly size?: ComputeSize;
}

/**
 * Starts the making of a branch: a project of its own beside its parent, charged as such.
 *
 * Never sent twice, as each request makes a branch. After `SUPABASE_OUTCOME_UNKNOWN`, look for its name among the branches.
 * @throws ApiError `SUPABASE_REFUSED` (406 "Failed to fetch latest physical backup") with data of a project that has no
 *   backup yet
 * @see https://supabase.com/docs/reference/api/v1-create-a-branch
 */
export function createBranch(
  api: ManagementApi,
  ref: string,
  branch: NewBranch,
  options?: RequestOptions,
): Promise<Branch> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/branches",
      parameters: { ref },
      body: {
        branch_name: branch.name,
        with_data: branch.withData,
        persistent: branch.persistent,
        region: branch.region,
        desired_instance_size: branch.size,
      },
      status: 201,
      reply: branchReply,
    },
    options,
  );
}
