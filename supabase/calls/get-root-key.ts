import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { rootKeyReply } from "./replies/root-key-reply.ts";

/**
 * The key that opens a project's Vault and encrypted columns. A secret: without it their rows restore, and stay closed.
 * @see https://supabase.com/docs/reference/api/v1-get-pgsodium-config
 */
export function getRootKey(api: ManagementApi, ref: string, options?: RequestOptions): Promise<string> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/pgsodium",
      parameters: { ref },
      status: 200,
      reply: rootKeyReply,
    },
    options,
  );
}
