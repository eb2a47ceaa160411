import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

/** The plans that are known; others may appear. */
export const ORGANIZATION_PLANS = ["free", "pro", "team", "enterprise", "platform"] as const;

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** One of `ORGANIZATION_PLANS`, or one that is new. Absent when Supabase does not say. */
  readonly plan?: string;
}

const Reply = z
  .object({ id: z.string(), name: z.string(), plan: z.string().nullish() })
  .transform((reply): Organization => present(reply));

/**
 * An organization and its plan.
 * @see https://supabase.com/docs/reference/api/v1-get-an-organization
 */
export function getOrganization(
  api: ManagementApi,
  slug: string,
  options?: RequestOptions,
): Promise<Organization> {
  return api.request(
    { method: "GET", path: "/v1/organizations/{slug}", parameters: { slug }, status: 200, reply: Reply },
    options,
  );
}
