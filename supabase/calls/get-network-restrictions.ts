import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type NetworkRestrictions, networkRestrictionsReply } from "./replies/network-restrictions-reply.ts";

/**
 * From where a project's database and pooler may be connected to.
 * @see https://supabase.com/docs/reference/api/v1-get-network-restrictions
 */
export function getNetworkRestrictions(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<NetworkRestrictions> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/network-restrictions",
      parameters: { ref },
      status: 200,
      reply: networkRestrictionsReply,
    },
    options,
  );
}
