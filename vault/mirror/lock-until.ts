import type { MirrorPlace } from "./mirror-place.ts";

const DAY_MILLISECONDS = 86_400_000;

/** Until when the store refuses to delete what is written now; undefined where nothing is locked. */
export function lockUntil({ vault, lockDays = 0 }: MirrorPlace): Date | undefined {
  if (lockDays === 0 || vault.lockMode === "none") return undefined;
  return new Date(vault.clock().getTime() + lockDays * DAY_MILLISECONDS);
}
