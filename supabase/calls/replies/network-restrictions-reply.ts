import { z } from "zod";
import { present } from "./present.ts";

export interface NetworkRestrictions {
  /** IPv4 ranges that may connect to the database; `0.0.0.0/0` alone means all. */
  readonly allowedCidrs: readonly string[];
  /** IPv6 ranges; `::/0` alone means all. */
  readonly allowedCidrsV6: readonly string[];
  /** `applied`, `stored` while it is not yet, or one that is new. */
  readonly status: string;
  /** `allowed`, `disallowed`, or one that is new. */
  readonly entitlement?: string;
}

export const networkRestrictionsReply = z
  .object({
    // A list that was never set may be left out: the vendor's schema requires neither.
    config: z.object({
      dbAllowedCidrs: z.array(z.string()).nullish(),
      dbAllowedCidrsV6: z.array(z.string()).nullish(),
    }),
    status: z.string(),
    entitlement: z.string().nullish(),
  })
  .transform(
    ({ config, status, entitlement }): NetworkRestrictions =>
      present({
        allowedCidrs: config.dbAllowedCidrs ?? [],
        allowedCidrsV6: config.dbAllowedCidrsV6 ?? [],
        status,
        entitlement,
      }),
  );
