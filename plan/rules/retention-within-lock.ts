import { retentionDays } from "../retention-days.ts";
import { TIERS } from "../tier.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** What is to be kept must not become deletable before its time. */
export const retentionWithinLock: ProjectRule = (project, { vault }) => {
  const lockDays = vault?.lock.days;
  if (!vault || vault.lock.mode === "none" || lockDays === undefined) return [];
  const bound = (days: number) => `at most vault.lock.days (${lockDays}); it asks for ${days} days`;
  const fix = (days: number) => `write vault.lock.days: ${days}, remove it, or keep less`;
  const tiers = TIERS.flatMap((tier) => {
    const rule = project.tiers[tier];
    if (!rule?.retain || rule.lockMode === "none") return [];
    const days = retentionDays({ ...rule, retain: rule.retain });
    return days > lockDays ? [{ path: ["tiers", tier, "retain"], bound: bound(days), fix: fix(days) }] : [];
  });
  const storage = project.storage.flatMap(({ retain: { days } }, index) =>
    days > lockDays ? [{ path: ["storage", index, "retain"], bound: bound(days), fix: fix(days) }] : [],
  );
  return [...tiers, ...storage];
};
