import type { Check } from "../jobs/verdict.ts";
import { formatDuration } from "../plan/duration.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import { reachableRpoFromVault } from "../plan/reachable-rpo.ts";

export interface MeasuredDrill {
  /**
   * From the beginning of the drill to the end of its proof. Undefined when the recovery did not come to its end: the
   * time until it failed is no recovery time.
   */
  readonly rtoSeconds: number | undefined;
  /**
   * From the snapshot of the newest point to the beginning of the drill: what would be lost had the loss been then.
   * Undefined for a point that was chosen by its id, whose age says nothing.
   */
  readonly rpoSeconds: number | undefined;
}

export interface JudgedObjectives {
  readonly checks: readonly Check[];
  readonly notChecked: readonly string[];
}

/** From its due time to its snapshot: a job starts, waits for its turn, and connects. */
const START_SECONDS = 900;

/**
 * Holds what was measured against the plan, each figure against the bound that applies to it. A point cannot be younger
 * than schedules let it: where the objective is held by point-in-time recovery, the newest point is judged by the most
 * frequent schedule of full points, and the detail says so.
 */
export function judgeObjectives(
  project: Pick<ProjectPlan, "objectives" | "tiers" | "pitr">,
  { rtoSeconds, rpoSeconds }: MeasuredDrill,
): JudgedObjectives {
  const { rtoSeconds: objective } = project.objectives;
  const checks: Check[] = [];
  const notChecked: string[] = [];
  if (rtoSeconds === undefined) notChecked.push("RTO: the recovery did not come to its end");
  else checks.push(within("RTO", rtoSeconds, objective, "the objective is"));
  if (rpoSeconds === undefined) notChecked.push("RPO: the point was chosen, and need not be the newest");
  else checks.push(judgeLoss(project, rpoSeconds));
  return { checks, notChecked };
}

function judgeLoss(
  { objectives, tiers, pitr }: Pick<ProjectPlan, "objectives" | "tiers" | "pitr">,
  rpoSeconds: number,
): Check {
  const objective = objectives.rpoSeconds;
  if (rpoSeconds <= objective || pitr === undefined)
    return within("RPO", rpoSeconds, objective, "the objective is");
  const told = `the objective of ${formatDuration(objective)} is held by point-in-time recovery, which is lost with the project`;
  const reachable = reachableRpoFromVault({ tiers });
  if (reachable === undefined)
    return {
      name: "RPO",
      verdict: "PARTIAL",
      detail: `${words(rpoSeconds)} by the newest point, and no schedule makes full ones; ${told}`,
    };
  const check = within(
    "RPO",
    rpoSeconds,
    reachable.seconds + START_SECONDS,
    `the schedule of ${reachable.by} points allows`,
  );
  return { ...check, detail: `${check.detail}; ${told}` };
}

function within(name: string, seconds: number, bound: number, of: string): Check {
  const verdict = seconds <= bound ? "PASS" : "FAIL";
  return { name, verdict, detail: `${words(seconds)}; ${of} ${formatDuration(bound)}` };
}

const words = (seconds: number) => formatDuration(Math.ceil(seconds));
