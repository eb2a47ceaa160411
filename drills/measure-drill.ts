import { overallVerdict } from "../jobs/verdict.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { DrillFindings } from "./drill-context.ts";
import { judgeObjectives } from "./judge-objectives.ts";

export type Measured = ReturnType<typeof measureDrill>;

/**
 * The verdict of what a drill found, and how it stands against the plan's objectives.
 * @param time.elapsedSeconds from the beginning; no recovery time when the recovery did not come to its end
 * @param time.rpoSeconds age of the point at the beginning; undefined for a point that was chosen
 */
export function measureDrill(
  project: ProjectPlan,
  { checks, notChecked, facts, isIncomplete = false }: DrillFindings,
  time: { readonly elapsedSeconds: number; readonly rpoSeconds: number | undefined },
) {
  const rtoSeconds = isIncomplete ? undefined : time.elapsedSeconds;
  const judged = judgeObjectives(project, { rtoSeconds, rpoSeconds: time.rpoSeconds });
  const all = [...checks, ...judged.checks];
  return {
    ...facts,
    verdict: overallVerdict(all),
    ...(rtoSeconds !== undefined && { rtoSeconds }),
    checks: all.length,
    objectives: judged.checks,
    reasons: all.filter(({ verdict }) => verdict !== "PASS"),
    notChecked: [...notChecked, ...judged.notChecked],
  };
}
