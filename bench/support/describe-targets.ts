import type { Target } from "./targets.ts";

/** Promises and figures as the lines of a Markdown table. */
export function describeTargets(targets: readonly Target[]): string[] {
  const rows = targets.map(({ what, measured, bound, atMost, unit, met }) => {
    const digits = unit === "×" ? 2 : 0;
    return `| ${what} | ${atMost ? "≤" : "≥"} ${bound} ${unit} | ${measured.toFixed(digits)} ${unit} | ${met ? "met" : "**missed**"} |`;
  });
  return ["| target | bound | measured | |", "|---|---|---|---|", ...rows];
}
