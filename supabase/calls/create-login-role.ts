import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";

export interface LoginRole {
  readonly role: string;
  /** A secret. */
  readonly password: string;
  /** How long the login is good for. */
  readonly validSeconds: number;
}

const Reply = z
  .object({ role: z.string(), password: z.string(), ttl_seconds: z.number() })
  .transform(({ role, password, ttl_seconds }): LoginRole => ({ role, password, validSeconds: ttl_seconds }));

/**
 * Makes a short-lived login to a project's database, so that nobody needs to keep its password.
 *
 * Repeatable: a login whose answer was lost ends by itself.
 * @param readOnly whether it may read alone
 * @see https://supabase.com/docs/reference/api/v1-create-login-role
 */
export function createLoginRole(
  api: ManagementApi,
  ref: string,
  { readOnly }: { readonly readOnly: boolean },
  options?: RequestOptions,
): Promise<LoginRole> {
  return api.request(
    {
      method: "POST",
      path: "/v1/projects/{ref}/cli/login-role",
      parameters: { ref },
      body: { read_only: readOnly },
      status: 201,
      reply: Reply,
      repeatable: true,
    },
    options,
  );
}
