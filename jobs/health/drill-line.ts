import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { longestGapSeconds, nextDue } from "../../plan/schedule.ts";
import { lastDrill } from "../measure/last-drill.ts";
import type { HealthFacts } from "./health-context.ts";
import { fail, type HealthLine, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** A drill that begins when it is due may take as long as a day with everything around it. */
const LATE_SECONDS = 86_400;

/** How long ago the last staging restore may have ended: the schedule's longest gap and a day; undefined without one. */
export function stagingRestoreSeconds(project: ProjectPlan): number | undefined {
  const drill = project.drills["staging-restore"];
  if (drill === undefined || "skip" in drill) return undefined;
  return longestGapSeconds(drill.schedule) + LATE_SECONDS;
}

/** Whether a restore into staging was rehearsed when it was last due, and passed. */
export async function drillLine(
  project: ProjectPlan,
  { now, beganAt, evidence }: HealthFacts,
): Promise<HealthLine> {
  const allowed = stagingRestoreSeconds(project);
  const bound = allowed === undefined ? "passed" : `passed within ${formatDuration(allowed)}`;
  return await judgeLine({ id: "staging-restore", project: project.name, bound }, async () => {
    const drill = project.drills["staging-restore"];
    if (drill === undefined || "skip" in drill || allowed === undefined)
      return notMeasured(drill && "skip" in drill ? `left out: ${drill.skip}` : "the plan has no such drill");
    const last = lastDrill(await evidence(), project.name, "staging-restore");
    if (last === undefined) {
      const late = new Date(now.getTime() - LATE_SECONDS * 1000);
      return nextDue(drill.schedule, await beganAt()) <= late
        ? fail("no drill on record")
        : notMeasured("none was due yet");
    }
    const ageSeconds = Math.max(0, (now.getTime() - last.at.getTime()) / 1000);
    const point = last.point === undefined ? "" : ` of ${last.point}`;
    const took = last.rtoSeconds === undefined ? "" : ` in ${formatDuration(Math.ceil(last.rtoSeconds))}`;
    const figure = `${last.verdict}${point}${took}, ${formatDuration(Math.floor(ageSeconds))} ago`;
    if (last.verdict === "FAIL" || ageSeconds > allowed) return fail(figure);
    return last.verdict === "PASS" ? pass(figure) : warn(figure);
  });
}
