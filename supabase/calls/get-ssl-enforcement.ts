import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type SslState, sslEnforcementReply } from "./replies/ssl-enforcement-reply.ts";

/**
 * Whether a project's database refuses connections without TLS.
 * @see https://supabase.com/docs/reference/api/v1-get-ssl-enforcement-config
 */
export function getSslEnforcement(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<SslState> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/ssl-enforcement",
      parameters: { ref },
      status: 200,
      reply: sslEnforcementReply,
    },
    options,
  );
}
