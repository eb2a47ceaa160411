import { readFileSync } from "node:fs";

/**
 * The most memory that this process held, KiB. Linux says it for the program that runs: `maxRSS` there begins at
 * the peak of the process that started this one, which may have held far more.
 */
export function peakKibibytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (peak === undefined) throw new Error("/proc/self/status tells no peak of memory");
  return Number(peak);
}
