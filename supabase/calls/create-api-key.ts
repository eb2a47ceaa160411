import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { type ApiKey, apiKeyReply } from "./replies/api-key-reply.ts";

export interface NewApiKey {
  readonly type: "publishable" | "secret";
  /** 4 to 64 of a-z, 0-9 and `_`, no digit first. */
  readonly name: string;
  /** What a secret key's bearer is to the database. @default `{ role: "service_role" }` */
  readonly jwtTemplate?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a key to a project's REST, Auth and Storage; to rotate one, make another, use it, and delete the first.
 *
 * Never sent twice, as each request makes a key. After `SUPABASE_OUTCOME_UNKNOWN`, look for its name among the keys.
 * @returns the key, revealed
 * @see https://supabase.com/docs/reference/api/v1-create-project-api-key
 */
export function createApiKey(
  api: ManagementApi,
  ref: string,
  { type, name, jwtTemplate }: NewApiKey,
  options?: RequestOptions,
): Promise<ApiKey> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/api-keys",
      parameters: { ref },
      query: { reveal: true },
      body: {
        type,
        name,
        ...(type === "secret" && { secret_jwt_template: jwtTemplate ?? { role: "service_role" } }),
      },
      status: 201,
      reply: apiKeyReply,
    },
    options,
  );
}
