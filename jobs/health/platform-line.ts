import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { listBackups, type SupabaseBackups } from "../../supabase/calls/list-backups.ts";
import type { HealthContext } from "./health-context.ts";
import { fail, type HealthLine, type Judged, notMeasured, pass, warn } from "./health-line.ts";
import { judgeLine } from "./judge-line.ts";

const DAY_SECONDS = 86_400;
/** Supabase says when it begins a backup, not when it will end. */
const LATE_SECONDS = 7_200;

/**
 * The backups that Supabase itself takes of a project, a second leg beside the vault's points: daily, or replaced by
 * point-in-time recovery. Nothing of a plain database.
 */
export async function platformLine(
  { api, signal }: Pick<HealthContext, "api" | "signal">,
  { name, kind, ref }: ProjectPlan,
  now: Date,
): Promise<HealthLine[]> {
  if (kind !== "supabase") return [];
  const allowed = formatDuration(DAY_SECONDS + LATE_SECONDS);
  const line = { id: "platform-backups", project: name, bound: `newest within ${allowed}, or replaced` };
  const measure = async () => {
    if (ref === undefined) return notMeasured("the plan names no ref of the project");
    return judge(await listBackups(await api(), ref, signal ? { signal } : {}), now);
  };
  return [await judgeLine(line, measure, signal)];
}

function judge({ pitrEnabled, backups }: SupabaseBackups, now: Date): Judged {
  if (pitrEnabled) return pass("replaced by point-in-time recovery");
  const newestFirst = backups.toSorted((a, b) => b.insertedAt.getTime() - a.insertedAt.getTime());
  const [newest] = newestFirst;
  if (newest === undefined) return warn("Supabase keeps none of this project");
  const completed = newestFirst.find(({ status }) => status === "COMPLETED");
  if (completed === undefined)
    return fail(`none of ${backups.length} is complete, the newest is ${newest.status}`);
  const ageSeconds = Math.max(0, (now.getTime() - completed.insertedAt.getTime()) / 1000);
  const figure = `${backups.length} kept, newest complete ${formatDuration(Math.floor(ageSeconds))} old`;
  if (newest.status === "FAILED") return fail(`${figure}; one after it failed`);
  return ageSeconds <= DAY_SECONDS + LATE_SECONDS ? pass(figure) : fail(figure);
}
