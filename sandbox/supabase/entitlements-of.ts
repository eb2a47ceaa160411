import type { Organization } from "./state/organization.ts";

export interface Entitlement {
  readonly feature: { readonly key: string; readonly type: "boolean" | "numeric" | "set" };
  readonly hasAccess: boolean;
  readonly type: "boolean" | "numeric" | "set";
  readonly config: Readonly<Record<string, unknown>>;
}

const flag = (key: string, enabled: boolean): Entitlement => ({
  feature: { key, type: "boolean" },
  hasAccess: enabled,
  type: "boolean",
  config: { enabled },
});

const days = (key: string, value: number): Entitlement => ({
  feature: { key, type: "numeric" },
  hasAccess: value > 0,
  type: "numeric",
  config: { enabled: value > 0, value, unlimited: false, unit: "days" },
});

const set = (key: string, members: readonly string[]): Entitlement => ({
  feature: { key, type: "set" },
  hasAccess: members.length > 0,
  type: "set",
  config: { enabled: members.length > 0, set: members },
});

const PLANS = {
  free: { retention: 0, logs: 1, pitr: [] },
  pro: { retention: 7, logs: 7, pitr: ["pitr_7", "pitr_14", "pitr_28"] },
  team: { retention: 14, logs: 28, pitr: ["pitr_7", "pitr_14", "pitr_28"] },
  // Up to 30 days by contract. @see https://supabase.com/docs/guides/platform/backups
  enterprise: { retention: 30, logs: 90, pitr: ["pitr_7", "pitr_14", "pitr_28"] },
} as const;

const SIZES = "micro small medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";

/** Days for which the plan keeps daily backups; 0 on the free one, which has none. */
export const retentionDaysOf = ({ plan }: Organization): number => PLANS[plan].retention;

/** PITR windows that the organization may choose. */
export const pitrVariantsOf = ({ plan, pitrVariants }: Organization): readonly string[] =>
  plan === "free" ? [] : (pitrVariants ?? PLANS[plan].pitr);

/** Only the Enterprise plan chooses the time of its daily backup. */
export const hasBackupSchedule = ({ plan }: Organization): boolean => plan === "enterprise";

/** What `GET /v1/organizations/{slug}/entitlements` lists; of its 64 features those that have to do with backups. */
export function entitlementsOf(organization: Organization): readonly Entitlement[] {
  const { plan } = organization;
  const paid = plan !== "free";
  const large = plan === "team" || plan === "enterprise";
  return [
    set("instances.compute_update_available_sizes", paid ? SIZES.split(" ").map((size) => `ci_${size}`) : []),
    flag("instances.read_replicas", paid),
    flag("instances.disk_modifications", paid),
    days("security.audit_logs_days", large ? 62 : 0),
    days("log.retention_days", PLANS[plan].logs),
    flag("custom_domain", paid),
    flag("ipv4", paid),
    set("pitr.available_variants", pitrVariantsOf(organization)),
    days("backup.retention_days", retentionDaysOf(organization)),
    flag("backup.restore_to_new_project", paid),
    flag("backup.schedule", hasBackupSchedule(organization)),
    flag("project_pausing", !paid),
    flag("project_cloning", paid),
    flag("project_restore_after_expiry", paid),
    flag("branching_persistent", paid),
  ];
}
