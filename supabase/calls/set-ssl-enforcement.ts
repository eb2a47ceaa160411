import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type SslState, sslEnforcementReply } from "./replies/ssl-enforcement-reply.ts";

/**
 * Makes a project's database refuse connections without TLS, or accept them. A change restarts the database.
 * @see https://supabase.com/docs/reference/api/v1-update-ssl-enforcement-config
 */
export function setSslEnforcement(
  api: ManagementApi,
  ref: string,
  { databaseEnforced }: { readonly databaseEnforced: boolean },
  options?: RequestOptions,
): Promise<SslState> {
  return api.request(
    {
      method: "PUT",
      path: "/v1/projects/{ref}/ssl-enforcement",
      parameters: { ref },
      body: { requestedConfig: { database: databaseEnforced } },
      status: 200,
      reply: sslEnforcementReply,
      repeatable: true,
    },
    options,
  );
}
