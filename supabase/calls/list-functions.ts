import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type EdgeFunction, functionReply } from "./replies/function-reply.ts";

const Reply = z.array(functionReply);

/**
 * The Edge Functions of a project, without their code.
 * @see https://supabase.com/docs/reference/api/v1-list-all-functions
 */
export function listFunctions(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<EdgeFunction[]> {
  return api.request(
    { method: "GET", path: "/v1/projects/{ref}/functions", parameters: { ref }, status: 200, reply: Reply },
    options,
  );
}
