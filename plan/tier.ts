/** The retention classes of recovery points: three run by schedule, two on demand. */
export const TIERS = ["nightly", "weekly", "monthly", "checkpoint", "emergency"] as const;
export type Tier = (typeof TIERS)[number];

/** Tiers that a schedule starts; the others are taken by a release or by a recovery. */
export const SCHEDULED_TIERS = ["nightly", "weekly", "monthly"] as const satisfies readonly Tier[];
export type ScheduledTier = (typeof SCHEDULED_TIERS)[number];

export const isTier = (text: string): text is Tier => TIERS.some((tier) => tier === text);

export const isScheduledTier = (tier: Tier): tier is ScheduledTier =>
  SCHEDULED_TIERS.some((scheduled) => scheduled === tier);
