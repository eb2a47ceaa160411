import { parsePointId, pointId } from "../../plan/point-id.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { evidenceBackwards } from "../../vault/evidence/evidence-backwards.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { listPoints, type Point } from "../../vault/list-points.ts";
import type { Vault } from "../../vault/vault.ts";
import { environmentBegan } from "../measure/environment-began.ts";
import type { RecoverySheet } from "./checkpoint-result.ts";
import { estimateRecovery } from "./estimate-recovery.ts";
import type { Findings } from "./findings.ts";
import { judgeScheduledBackups } from "./judge-scheduled-backups.ts";
import type { RecoveryWindowFacts } from "./look-at-window.ts";

/** A drill is weekly by default; what is older than a quarter measured another database. */
const DRILLS_SINCE_DAYS = 100;
const DAY_MILLISECONDS = 86_400_000;

/**
 * What there is to come back to besides this checkpoint, and how long that takes; judges the scheduled backups.
 * @param options.checkpoint the new point's id; undefined when none was taken
 * @param options.bytes its stored size
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function recoverySheet(
  vault: Vault,
  project: ProjectPlan,
  findings: Findings,
  options: {
    readonly checkpoint: string | undefined;
    readonly bytes: number | undefined;
    readonly lateAfterSeconds: number;
    readonly gitDescribe: string | undefined;
    readonly window: RecoveryWindowFacts | null;
  },
): Promise<RecoverySheet> {
  const now = vault.clock();
  const all = await listPoints(vault, project.name);
  const earlier = all.filter(({ id }) => id !== options.checkpoint);
  const beganAt = (await environmentBegan(vault)) ?? now;
  const judged = judgeScheduledBackups(project, earlier, { now, beganAt, ...options });
  findings.checks.push(...judged);
  if (judged.length === 0) findings.notChecked.push("scheduled backups: the plan schedules none");
  const last = earlier.find(({ tier }) => tier !== "checkpoint");
  const checkpoints = earlier.filter(({ tier }) => tier === "checkpoint");
  const estimate = estimateRecovery(await recentDrills(vault, project.name, now), {
    project: project.name,
    bytes: options.bytes ?? all[0]?.bytes,
    sizeOf: (point) => all.find(({ id }) => id === point)?.bytes,
  });
  const recoveryWindow = reach(earlier, options.window, now);
  return {
    ...(last && {
      lastBackup: { id: last.id, at: last.createdAt.toISOString(), ageSeconds: secondsSince(last, now) },
    }),
    ...(checkpoints[0] && { previousCheckpoint: checkpoints[0].id }),
    sameRelease: checkpoints.filter(isOf(options.gitDescribe)).map(({ id }) => id),
    ...(recoveryWindow && { recoveryWindow }),
    ...(estimate && { estimate }),
  };
}

const secondsSince = ({ createdAt }: Point, now: Date) =>
  Math.max(0, Math.floor((now.getTime() - createdAt.getTime()) / 1000));

/** Names are compared as they stand in ids, which hold fewer characters than tags. */
function isOf(gitDescribe: string | undefined): (point: Point) => boolean {
  if (gitDescribe === undefined) return () => false;
  return ({ id, createdAt }) =>
    parsePointId(id).gitDescribe === parsePointId(pointId("checkpoint", createdAt, gitDescribe)).gitDescribe;
}

/** Any second of the window, or the moments of the points that there are. */
function reach(points: readonly Point[], window: RecoveryWindowFacts | null, now: Date) {
  if (window) return { hours: window.hours };
  const oldest = points.at(-1);
  if (oldest === undefined) return undefined;
  return { hours: Math.round(secondsSince(oldest, now) / 360) / 10, points: points.length };
}

async function recentDrills(vault: Vault, project: string, now: Date): Promise<EvidenceRecord[]> {
  const since = new Date(now.getTime() - DRILLS_SINCE_DAYS * DAY_MILLISECONDS);
  const drills: EvidenceRecord[] = [];
  for await (const record of evidenceBackwards(vault, since))
    if (record.kind === "drill" && record.project === project) drills.push(record);
  return drills;
}
