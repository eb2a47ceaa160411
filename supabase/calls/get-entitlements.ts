import { z } from "zod";
import type { ManagementApi, RequestOptions } from "../management-api.ts";
import { present } from "./replies/present.ts";

export interface Entitlement {
  /** Such as `pitr.available_variants` or `backup.schedule`. */
  readonly feature: string;
  readonly hasAccess: boolean;
  /** `boolean`, `numeric`, `set`, or one that is new. */
  readonly type: string;
  readonly config: {
    readonly enabled?: boolean;
    readonly value?: number;
    readonly unlimited?: boolean;
    readonly unit?: string;
    readonly set?: readonly string[];
  };
}

/** What an organization may use of that which matters to backups, and all the rest in `features`. */
export interface Entitlements {
  /** Days that daily backups are kept; 0 when there are none. Absent when Supabase does not say. */
  readonly retentionDays?: number;
  /** Such as `["pitr_7", "pitr_14"]`; empty when the plan has no point-in-time recovery. */
  readonly pitrVariants: readonly string[];
  readonly backupSchedule: boolean;
  readonly restoreToNewProject: boolean;
  readonly features: readonly Entitlement[];
}

const Config = z.object({
  enabled: z.boolean().nullish(),
  value: z.number().nullish(),
  unlimited: z.boolean().nullish(),
  unit: z.string().nullish(),
  set: z.array(z.string()).nullish(),
});

const Feature = z
  .object({
    feature: z.object({ key: z.string() }),
    hasAccess: z.boolean(),
    type: z.string(),
    config: Config.transform((config) => present(config)),
  })
  .transform(({ feature, ...rest }): Entitlement => ({ ...rest, feature: feature.key }));

const Reply = z.object({ entitlements: z.array(Feature) }).transform(({ entitlements }): Entitlements => {
  const granted = (name: string) =>
    entitlements.find(({ feature, hasAccess }) => feature === name && hasAccess)?.config;
  const retention = entitlements.find(({ feature }) => feature === "backup.retention_days");
  return present({
    retentionDays: retention?.hasAccess === false ? 0 : retention?.config.value,
    pitrVariants: granted("pitr.available_variants")?.set ?? [],
    backupSchedule: granted("backup.schedule") !== undefined,
    restoreToNewProject: granted("backup.restore_to_new_project") !== undefined,
    features: entitlements,
  });
});

/**
 * What an organization's plan entitles it to.
 * @see https://supabase.com/docs/reference/api/v1-get-organization-entitlements
 */
export function getEntitlements(
  api: ManagementApi,
  slug: string,
  options?: RequestOptions,
): Promise<Entitlements> {
  return api.request(
    {
      method: "GET",
      path: "/v1/organizations/{slug}/entitlements",
      parameters: { slug },
      status: 200,
      reply: Reply,
    },
    options,
  );
}
