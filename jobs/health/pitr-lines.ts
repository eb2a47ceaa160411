import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { gapInWords } from "../measure/gap-in-words.ts";
import { type PitrFigures, pitrFigures } from "../measure/pitr-figures.ts";
import { once } from "../once.ts";
import type { HealthContext, HealthFacts } from "./health-context.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** The window's beginning moves in steps of a physical backup, which is daily at Supabase. */
const STEP_SECONDS = 86_400 + 3_600;

/** Point-in-time recovery: whether it reaches back without a gap, and how far behind it is. */
export async function pitrLines(
  { plan, api, clock, signal }: HealthContext,
  project: ProjectPlan,
  { watched }: HealthFacts,
): Promise<HealthLine[]> {
  const { pitr, ref, name } = project;
  if (pitr === undefined) return [];
  const { pitrGapCriticalSeconds, pitrLagWarningSeconds } = plan.alerts.thresholds;
  const look = once(async () => {
    const state = await watched();
    return await pitrFigures(await api(), ref ?? "", {
      clock,
      windowDays: pitr.windowDays,
      previous: state?.pitr[name],
      ...(signal && { request: { signal } }),
    });
  });
  const measured = (judge: (figures: PitrFigures) => Judged) => async () =>
    ref === undefined ? notMeasured("the plan names no ref of the project") : judge(await look());
  return [
    await judgeLine(
      {
        id: "pitr-window",
        project: name,
        bound: `${pitr.windowDays}d, no gap > ${formatDuration(pitrGapCriticalSeconds)}`,
      },
      measured((figures) => judgeWindow(figures, pitr.windowDays, pitrGapCriticalSeconds)),
      signal,
    ),
    await judgeLine(
      { id: "pitr-lag", project: name, bound: `< ${formatDuration(pitrLagWarningSeconds)}` },
      measured((figures) => judgeLag(figures, pitrLagWarningSeconds, pitrGapCriticalSeconds)),
      signal,
    ),
  ];
}

function judgeWindow(figures: PitrFigures, windowDays: number, gapCriticalSeconds: number): Judged {
  const { enabled, reachSeconds, gapSeconds, window, breaks } = figures;
  if (!enabled) return fail("point-in-time recovery is off");
  if (reachSeconds === undefined || window === undefined) return fail("there is nothing to recover to yet");
  const reach = `reaches back ${formatDuration(Math.floor(reachSeconds))}`;
  if (gapSeconds !== undefined && gapSeconds > gapCriticalSeconds) {
    return fail(`${reach}; a gap of ${formatDuration(Math.floor(gapSeconds))}: ${gapInWords(figures)}`);
  }
  const [first] = breaks;
  if (first !== undefined) return fail(`${reach}; ${first}`);
  // A young window is short and whole; nobody can tell it from one that was cut, but the watch, which remembers.
  if (reachSeconds < windowDays * 86_400 - STEP_SECONDS) return warn(`${reach}: young, or cut`);
  return pass(`${reach}, no gap`);
}

function judgeLag(
  { enabled, lagSeconds, isIdle, window }: PitrFigures,
  warningSeconds: number,
  criticalSeconds: number,
): Judged {
  if (!enabled) return fail("point-in-time recovery is off");
  if (lagSeconds === undefined || window === undefined) return fail("there is nothing to recover to yet");
  if (isIdle) return pass(`nothing was written since ${window.latest.toISOString()}`);
  const figure = formatDuration(Math.floor(lagSeconds));
  if (lagSeconds < warningSeconds) return pass(figure);
  const doubt =
    isIdle === undefined ? `${figure}, and whether anything was written since is not known` : figure;
  return lagSeconds > criticalSeconds && isIdle === false ? fail(doubt) : warn(doubt);
}
