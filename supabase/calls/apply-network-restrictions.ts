import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type NetworkRestrictions, networkRestrictionsReply } from "./replies/network-restrictions-reply.ts";

export interface AllowedRanges {
  /** IPv4 ranges, such as `203.0.113.0/24`. */
  readonly allowedCidrs: readonly string[];
  /** IPv6 ranges, such as `2001:db8::/32`. */
  readonly allowedCidrsV6: readonly string[];
}

/**
 * Replaces the ranges from which a project's database may be connected to; both lists at once, so that none is kept by
 * accident. REST, Auth and Storage are not restricted by it.
 * @see https://supabase.com/docs/reference/api/v1-update-network-restrictions
 */
export function applyNetworkRestrictions(
  api: ManagementApi,
  ref: string,
  { allowedCidrs, allowedCidrsV6 }: AllowedRanges,
  options?: RequestOptions,
): Promise<NetworkRestrictions> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/network-restrictions/apply",
      parameters: { ref },
      body: { dbAllowedCidrs: allowedCidrs, dbAllowedCidrsV6: allowedCidrsV6 },
      status: 201,
      reply: networkRestrictionsReply,
      repeatable: true,
    },
    options,
  );
}
