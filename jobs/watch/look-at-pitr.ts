import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { gapInWords } from "../measure/gap-in-words.ts";
import { type PitrFigures, pitrFigures } from "../measure/pitr-figures.ts";
import type { PitrMemory } from "../measure/pitr-memory.ts";
import type { WatchAlert } from "./watch-alert.ts";
import type { WatchContext } from "./watch-context.ts";

/** A pass must end before the next one begins. */
const DEADLINE_SECONDS = 60;

/**
 * Lag and gap of a project's point-in-time recovery; published, and raised by the plan's thresholds.
 * @returns the alerts, and what to remember for the next pass
 */
export async function lookAtPitr(
  { api, clock, plan, publish, signal }: WatchContext,
  { name, ref, pitr }: ProjectPlan,
  previous: PitrMemory | undefined,
): Promise<{ readonly alerts: WatchAlert[]; readonly memory?: PitrMemory }> {
  if (pitr === undefined || ref === undefined) return { alerts: [] };
  const figures = await pitrFigures(await api(), ref, {
    clock,
    previous,
    windowDays: pitr.windowDays,
    request: { deadlineSeconds: DEADLINE_SECONDS, ...(signal && { signal }) },
  });
  const { lagSeconds, gapSeconds, memory } = figures;
  publish(
    { environment: plan.environment, project: name },
    {
      ...(lagSeconds !== undefined && { PitrLagSeconds: lagSeconds }),
      ...(gapSeconds !== undefined && { PitrGapSeconds: gapSeconds }),
    },
  );
  return { alerts: judge(name, figures, plan.alerts.thresholds), ...(memory && { memory }) };
}

function judge(
  project: string,
  figures: PitrFigures,
  limits: { readonly pitrGapCriticalSeconds: number; readonly pitrLagWarningSeconds: number },
): WatchAlert[] {
  const { enabled, lagSeconds, gapSeconds, breaks } = figures;
  const { pitrGapCriticalSeconds, pitrLagWarningSeconds } = limits;
  const alert = (what: string, severity: WatchAlert["severity"], says: string): WatchAlert => ({
    id: `${project}/pitr/${what}`,
    severity,
    says,
  });
  const alerts: WatchAlert[] = [];
  if (!enabled) alerts.push(alert("off", "critical", `Point-in-time recovery of ${project} is off`));
  if (gapSeconds !== undefined && gapSeconds > pitrGapCriticalSeconds) {
    const long = `${formatDuration(Math.floor(gapSeconds))}, ${formatDuration(pitrGapCriticalSeconds)} allowed`;
    alerts.push(
      alert(
        "gap",
        "critical",
        `Point-in-time recovery of ${project} has a gap (${long}): ${gapInWords(figures)}`,
      ),
    );
  }
  if (lagSeconds !== undefined && lagSeconds > pitrLagWarningSeconds) {
    const long = `${formatDuration(Math.floor(lagSeconds))} behind, ${formatDuration(pitrLagWarningSeconds)} allowed`;
    alerts.push(alert("lag", "warning", `Point-in-time recovery of ${project} is ${long}`));
  }
  const [first] = breaks;
  if (enabled && first !== undefined) alerts.push(alert("break", "warning", first));
  return alerts;
}
