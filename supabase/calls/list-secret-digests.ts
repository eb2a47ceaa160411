import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { instant } from "./replies/instant.ts";
import { present } from "./replies/present.ts";

export interface SecretDigest {
  readonly name: string;
  readonly digest: string;
  readonly updatedAt?: Date;
}

// The field is called `value`, and is the digest.
const Reply = z.array(
  z
    .object({ name: z.string(), value: z.string(), updated_at: instant.nullish() })
    .transform(
      ({ name, value, updated_at }): SecretDigest => present({ name, digest: value, updatedAt: updated_at }),
    ),
);

/**
 * The secrets of a project's Edge Functions: names and digests. Supabase never gives a secret back, so they cannot be
 * saved from here; a digest tells whether one changed.
 * @see https://supabase.com/docs/reference/api/v1-list-all-secrets
 */
export function listSecretDigests(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<SecretDigest[]> {
  return api.request(
    { method: "GET", path: "/v1/projects/{ref}/secrets", parameters: { ref }, status: 200, reply: Reply },
    options,
  );
}
