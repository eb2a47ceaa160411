import { ASSUMED } from "./forecast-assumptions.ts";
import type { ProjectVolumes } from "./forecast-volumes.ts";
import type { ProjectPlan, ProtectionPlan } from "./protection-plan.ts";
import { firingsPerMonth } from "./schedule.ts";
import { SMALL_TASK } from "./small-task.ts";

/** What tasks take of Fargate in a month. */
export interface JobHours {
  /** Of tasks, whatever their size. */
  readonly hours: number;
  readonly cpuHours: number;
  /** Of a GiB each. */
  readonly memoryHours: number;
}

/** Each month of what the stack starts whether or not there is anything to do. */
const WATCHES = firingsPerMonth("*/5 * * * *");
const SWEEPS = firingsPerMonth("0 6 * * *");
const HOURLY = firingsPerMonth("0 * * * *");

/** How long tasks run in a month: what moves bytes takes its time, and each start a minute at least. */
export function jobHours(plan: ProtectionPlan, volumes: readonly ProjectVolumes[]): JobHours {
  const own = total(volumes.map(movingSeconds)) + total(plan.projects.map(startedSeconds));
  const small = (WATCHES + SWEEPS) * ASSUMED.shortestStartSeconds;
  const sum = (owned: number, looked: number) => (own * owned + small * looked) / 3_600;
  return {
    hours: sum(1, 1),
    cpuHours: sum(plan.job.cpu / 1_024, SMALL_TASK.cpu / 1_024),
    memoryHours: sum(plan.job.memoryMiB / 1_024, SMALL_TASK.memoryMiB / 1_024),
  };
}

function movingSeconds({ tiers, restoredBytes, provedBytes, storage }: ProjectVolumes): number {
  const dumps = tiers.map(
    ({ pointsPerMonth, wireBytes }) =>
      pointsPerMonth * Math.max(ASSUMED.shortestJobSeconds, wireBytes / ASSUMED.dumpBytesPerSecond),
  );
  return total(dumps) + (restoredBytes + provedBytes + storage.changedBytes) / ASSUMED.dumpBytesPerSecond;
}

/** Of syncs, and of what asks each hour whether a drill is due. */
function startedSeconds({ storage, drills }: ProjectPlan): number {
  const syncs = total(storage.map(({ schedule, shards }) => firingsPerMonth(schedule) * shards));
  const asks = Object.values(drills).some((drill) => "schedule" in drill) ? HOURLY : 0;
  return (syncs + asks) * ASSUMED.shortestStartSeconds;
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
