import { formatDuration } from "../duration.ts";
import type { Finding } from "../plan-problem.ts";
import type { Alerts } from "../schema/alerts.ts";
import type { ProjectRule } from "./plan-rule.ts";

/** A warning that comes after the objective is broken warns nobody. */
export const alertsInTime: ProjectRule = ({ name, pitr, objectives }, { alerts }) => {
  if (!pitr || !alerts) return [];
  const { pitrLagWarningSeconds } = alerts.thresholds;
  if (pitrLagWarningSeconds <= objectives.rpoSeconds) return [];
  return [
    {
      path: ["root", "alerts", "thresholds", "pitrLagWarning"],
      bound: `at most the RPO of ${name} (${formatDuration(objectives.rpoSeconds)})`,
      fix: `write pitrLagWarning: ${formatDuration(objectives.rpoSeconds)}`,
      shown: formatDuration(pitrLagWarningSeconds),
    },
  ];
};

/** The warning comes before the critical alert. */
export function thresholdsOrdered({ thresholds }: Alerts): Finding[] {
  const { pitrLagWarningSeconds: warning, pitrGapCriticalSeconds: critical } = thresholds;
  if (warning < critical) return [];
  return [
    {
      path: ["alerts", "thresholds", "pitrLagWarning"],
      bound: `less than pitrGapCritical (${formatDuration(critical)})`,
      fix: "lower pitrLagWarning or raise pitrGapCritical",
      shown: formatDuration(warning),
    },
  ];
}
