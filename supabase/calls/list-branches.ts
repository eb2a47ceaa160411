import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type Branch, branchReply } from "./replies/branch-reply.ts";

const Reply = z.array(branchReply);

/**
 * The branches of a project.
 * @see https://supabase.com/docs/reference/api/v1-list-all-branches
 */
export function listBranches(api: ManagementApi, ref: string, options?: RequestOptions): Promise<Branch[]> {
  return api.request(
    { method: "GET", path: "/v1/projects/{ref}/branches", parameters: { ref }, status: 200, reply: Reply },
    options,
  );
}
