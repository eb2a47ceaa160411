import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { instant } from "./replies/instant.ts";
import { present } from "./replies/present.ts";

export interface ReadOnlyState {
  readonly enabled: boolean;
  /** Lifted for a while by `liftReadOnly`. */
  readonly lifted: boolean;
  /** Absent when it was never lifted. */
  readonly liftedUntil?: Date;
}

const Reply = z
  .object({ enabled: z.boolean(), override_enabled: z.boolean(), override_active_until: instant.nullish() })
  .transform(({ enabled, override_enabled, override_active_until: until }): ReadOnlyState => {
    // The vendor writes the year 1970 for "never".
    const liftedUntil = until?.getTime() ? until : undefined;
    return present({ enabled, lifted: override_enabled, liftedUntil });
  });

/**
 * Whether Supabase has made a project's database read-only, as it does when the disk or the plan's size is nearly full.
 * Does not tell of a `default_transaction_read_only` that was set by SQL (UNVERIFIED), and cannot be switched on.
 * @see https://supabase.com/docs/reference/api/v1-get-readonly-mode-status
 */
export function getReadOnly(
  api: ManagementApi,
  ref: string,
  options?: RequestOptions,
): Promise<ReadOnlyState> {
  return api.request(
    { method: "GET", path: "/v1/projects/{ref}/readonly", parameters: { ref }, status: 200, reply: Reply },
    options,
  );
}
