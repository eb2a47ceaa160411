import { LOCK_MODES } from "../schema/tiers.ts";
import { TIERS } from "../tier.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** A bucket without object lock can lock nothing, and a locked vault must have no door left open. */
export const tierLocks: ProjectRule = (project, { vault }) => {
  if (!vault) return [];
  const { mode } = vault.lock;
  return TIERS.flatMap((tier) => {
    const own = project.tiers[tier]?.lockMode;
    if (own === undefined || own === mode) return [];
    const path = ["tiers", tier, "lockMode"];
    if (mode === "none") {
      return [{ path, bound: "none: the vault's lock mode is none", fix: `write vault.lock.mode: ${own}` }];
    }
    if (own === "none") {
      const allowed = LOCK_MODES.filter((known) => known !== "none").join(" or ");
      return [
        {
          path,
          bound: `${allowed}: whoever takes over the writer could delete these points`,
          fix: "remove lockMode",
        },
      ];
    }
    return [];
  });
};
