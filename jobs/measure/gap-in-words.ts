import type { PitrFigures } from "./pitr-figures.ts";

/** Which stretch a gap is: the longest one of the window, or what the archive owes now. */
export function gapInWords({ gapSeconds, window, memory }: PitrFigures): string {
  const { hole, coveredUntil, latest } = memory ?? {};
  const isHole = hole !== undefined && (hole.to.getTime() - hole.from.getTime()) / 1000 === gapSeconds;
  if (isHole) return `nothing from ${hole.from.toISOString()} to ${hole.to.toISOString()}`;
  return `nothing since ${(coveredUntil ?? window?.latest ?? latest)?.toISOString()}`;
}
