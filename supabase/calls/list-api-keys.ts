import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type ApiKey, apiKeyReply } from "./replies/api-key-reply.ts";

const Reply = z.array(apiKeyReply);

/**
 * The keys to a project's REST, Auth and Storage.
 * @param reveal whether the keys themselves are given; they are masked otherwise. @default false
 * @see https://supabase.com/docs/reference/api/v1-get-project-api-keys
 */
export function listApiKeys(
  api: ManagementApi,
  ref: string,
  { reveal = false }: { readonly reveal?: boolean } = {},
  options?: RequestOptions,
): Promise<ApiKey[]> {
  return api.request(
    {
      method: "GET",
      path: "/v1/projects/{ref}/api-keys",
      parameters: { ref },
      query: { reveal },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
