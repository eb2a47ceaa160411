import { formatByteSize } from "../../plan/byte-size.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { TIERS, type Tier } from "../../plan/tier.ts";
import type { Point } from "../../vault/list-points.ts";
import { longestBackup } from "../measure/longest-backup.ts";
import { type TierFigures, tierFigures } from "../measure/tier-figures.ts";
import { usualSize } from "../measure/usual-size.ts";
import { runPlace } from "../watch/run-place.ts";
import type { HealthFacts } from "./health-context.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

/** What "recent" means wherever the check counts. */
export const RECENT_DAYS = 7;

type PointsOf = () => Promise<readonly Point[]>;

interface ScheduledTier {
  readonly tier: Tier;
  readonly schedule: string;
}

/** What a project's points and their evidence tell: age, number, size, completion, duration. */
export async function pointLines(
  { alerts }: Pick<ProtectionPlan, "alerts">,
  project: ProjectPlan,
  facts: HealthFacts,
  points: PointsOf,
): Promise<HealthLine[]> {
  const { completionPercent, backupDurationWarningSeconds, lateAfterSeconds } = alerts.thresholds;
  const scheduled = TIERS.flatMap((tier): ScheduledTier[] => {
    const schedule = project.tiers[tier]?.schedule;
    return schedule === undefined ? [] : [{ tier, schedule }];
  });
  const figuresOf = async ({ tier, schedule }: ScheduledTier) => {
    const ofTier = (await points()).filter((point) => point.tier === tier);
    const environmentBegan = await facts.beganAt();
    // What the watch met for the first time last week is owed since then, however old the environment is.
    const met = (await facts.watched())?.since[runPlace(project.name, { tier })];
    const beganAt = met !== undefined && met > environmentBegan ? met : environmentBegan;
    return tierFigures(
      ofTier.map(({ createdAt }) => createdAt),
      schedule,
      { now: facts.now, windowDays: RECENT_DAYS, beganAt, lateAfterSeconds },
    );
  };
  const ofTiers = scheduled.map(({ tier, schedule }) =>
    tierLines(
      project.name,
      tier,
      () => figuresOf({ tier, schedule }),
      () => sizesOf(points, project, tier, facts.now),
    ),
  );
  return [
    ...(await Promise.all(ofTiers)).flat(),
    await judgeLine(
      {
        id: "completion",
        project: project.name,
        bound: `> ${completionPercent} % of those due in ${RECENT_DAYS}d`,
      },
      async () => judgeCompletion(await Promise.all(scheduled.map(figuresOf)), completionPercent),
    ),
    await durationLine(project.name, backupDurationWarningSeconds, facts),
  ];
}

async function tierLines(
  project: string,
  tier: Tier,
  figures: () => Promise<TierFigures>,
  size: () => Promise<Judged>,
): Promise<HealthLine[]> {
  const line = (id: string, bound: string, measure: () => Promise<Judged>) =>
    judgeLine({ id: `${id}.${tier}`, project, bound }, measure);
  return [
    await line("recent-backups", "no older than its schedule allows", async () => judgeAge(await figures())),
    await line("backup-count", `one for each time due in ${RECENT_DAYS}d`, async () =>
      judgeCount(await figures()),
    ),
    await line("backup-size", "not 0, half to twice the usual", size),
  ];
}

async function durationLine(
  project: string,
  slowSeconds: number,
  { now, evidence }: HealthFacts,
): Promise<HealthLine> {
  return await judgeLine({ id: "duration", project, bound: `< ${formatDuration(slowSeconds)}` }, async () => {
    const since = now.getTime() - RECENT_DAYS * 86_400_000;
    const recent = (await evidence()).filter(({ at }) => Date.parse(at) > since);
    const longest = longestBackup(recent, project);
    if (longest === undefined)
      return notMeasured(`no backup of the last ${RECENT_DAYS}d left evidence of how long it took`);
    const figure = `${formatDuration(Math.ceil(longest.durationSeconds))} at most, ${longest.point}`;
    return longest.durationSeconds < slowSeconds ? pass(figure) : warn(figure);
  });
}

function judgeAge({ ageSeconds, owedSeconds, oldestSeconds, due }: TierFigures): Judged {
  if (ageSeconds === undefined || owedSeconds === undefined)
    return due.length > 0
      ? fail("there is no point")
      : notMeasured("there is no point, and none was due yet");
  const figure = `newest is ${formatDuration(Math.floor(ageSeconds))} old, ${formatDuration(oldestSeconds)} allowed`;
  return owedSeconds <= oldestSeconds ? pass(figure) : fail(figure);
}

function judgeCount({ count, due, missed, since }: TierFigures): Judged {
  const figure = `${count} since ${since.toISOString().slice(0, 16)}Z, ${due.length} due`;
  const [first] = missed;
  return first === undefined
    ? pass(figure)
    : fail(`${figure}; none for ${first.toISOString().slice(0, 16)}Z`);
}

async function sizesOf(points: PointsOf, { tiers }: ProjectPlan, tier: Tier, now: Date): Promise<Judged> {
  const since = new Date(now.getTime() - RECENT_DAYS * 86_400_000);
  const ofTier = (await points()).filter((point) => point.tier === tier);
  const recent = ofTier.filter(({ createdAt }) => createdAt >= since);
  const [newest] = ofTier;
  if (newest === undefined) return notMeasured("there is no point");
  // A tier that is taken monthly has seldom a point of this week; its newest one counts.
  const judged = recent.length > 0 ? recent : [newest];
  const empty = judged.find(({ bytes }) => bytes === 0);
  if (empty) return fail(`${empty.id} has 0 B`);
  const unknown = judged.find(({ bytes }) => bytes === undefined);
  if (unknown) return notMeasured(`${unknown.id} does not say its size`);
  const earlier = (those: readonly Point[]) =>
    those.filter((point) => !judged.includes(point)).flatMap(({ bytes }) => bytes ?? []);
  // A tier of which few are kept is measured by the others that hold the same.
  const scope = JSON.stringify(tiers[tier]?.scope);
  const alike = (await points()).filter((point) => JSON.stringify(tiers[point.tier]?.scope) === scope);
  const before = usualSize(earlier(ofTier)) ?? usualSize(earlier(alike));
  // Where a week is all that is kept, the newest is measured by the rest of it.
  const usual = before ?? usualSize(ofTier.slice(1).flatMap(({ bytes }) => bytes ?? []));
  const compared = before ? judged : [newest];
  const sizes = judged.map(({ bytes = 0 }) => bytes);
  const range = `${formatByteSize(Math.min(...sizes))} to ${formatByteSize(Math.max(...sizes))}`;
  if (usual === undefined) return notMeasured(`${range}, and too few before to compare with`);
  const odd = compared.find(({ bytes = 0 }) => bytes < usual.leastBytes || bytes > usual.mostBytes);
  const normal = `usual is ${formatByteSize(usual.medianBytes)}`;
  return odd
    ? warn(`${odd.id} has ${formatByteSize(odd.bytes ?? 0)}, ${normal}`)
    : pass(`${range}, ${normal}`);
}

/** The objective is "more than"; of hundred percent there is no more. */
function judgeCompletion(tiers: readonly TierFigures[], percent: number): Judged {
  const due = tiers.reduce((sum, tier) => sum + tier.due.length, 0);
  const missed = tiers.reduce((sum, tier) => sum + tier.missed.length, 0);
  if (due === 0) return notMeasured(`no backup was due in the last ${RECENT_DAYS}d`);
  const rate = (100 * (due - missed)) / due;
  const figure = `${rate.toFixed(1)} %: ${due - missed} of ${due}`;
  return rate > percent || missed === 0 ? pass(figure) : fail(figure);
}
