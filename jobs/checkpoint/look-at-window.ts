import type { Clock } from "../../plan/clock.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { type PitrFigures, pitrFigures } from "../measure/pitr-figures.ts";
import type { PitrMemory } from "../measure/pitr-memory.ts";
import type { Verdict } from "../verdict.ts";
import type { CheckpointCheck } from "./checkpoint-check.ts";

/** What Supabase can recover to, at the moment of the checkpoint. */
export interface RecoveryWindowFacts {
  readonly earliest: string;
  readonly latest: string;
  /** From its beginning to its end, one decimal. */
  readonly hours: number;
  /** How far behind now a recovery can reach; 0 while nothing newer was written. */
  readonly lagSeconds: number;
}

export interface WindowLook {
  /** Null where there is none to look at. */
  readonly window: RecoveryWindowFacts | null;
  /** Why there is none. */
  readonly why?: string;
  readonly checks: readonly CheckpointCheck[];
}

/**
 * Looks at a project's point-in-time recovery. It is owed where the plan declares it; elsewhere its lack is only said.
 *
 * @param options.api undefined where there is no Supabase project to ask about
 * @param options.previous what the watch remembers: by it an idle database is told from an archive that stands still
 * @throws ApiError when Supabase does not tell
 */
export async function lookAtWindow(
  { kind, pitr, ref }: Pick<ProjectPlan, "kind" | "pitr" | "ref">,
  options: {
    readonly api: ManagementApi | undefined;
    readonly lagLimitSeconds: number;
    readonly clock: Clock;
    readonly previous?: PitrMemory | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<WindowLook> {
  const { api, clock, previous, signal } = options;
  if (kind === "postgres")
    return none("a plain PostgreSQL database has no point-in-time recovery at Supabase");
  const windowDays = pitr?.windowDays;
  if (ref === undefined || api === undefined) {
    const why = "Supabase cannot be asked: the plan names no ref of the project, or nobody gave access";
    return windowDays === undefined ? none(why) : { ...none(why), checks: [check("FAIL", why)] };
  }
  const figures = await pitrFigures(api, ref, {
    clock,
    previous,
    windowDays: windowDays ?? 7,
    ...(signal && { request: { signal } }),
  });
  const window = toFacts(figures);
  if (windowDays === undefined)
    return window
      ? { window, checks: [] }
      : none("the project has no point-in-time recovery, and the plan declares none");
  const judged = judge(figures, windowDays, options.lagLimitSeconds);
  return { window, checks: [judged], ...(window === null && { why: judged.detail }) };
}

const check = (verdict: Verdict, detail: string): CheckpointCheck => ({
  part: "recovery-window",
  name: "point-in-time recovery",
  verdict,
  detail,
});

const none = (why: string): WindowLook => ({ window: null, why, checks: [] });

function toFacts({ window, lagSeconds }: PitrFigures): RecoveryWindowFacts | null {
  if (window === undefined || lagSeconds === undefined) return null;
  const hours = (window.latest.getTime() - window.earliest.getTime()) / 3_600_000;
  return {
    earliest: window.earliest.toISOString(),
    latest: window.latest.toISOString(),
    hours: Math.round(hours * 10) / 10,
    lagSeconds,
  };
}

function judge(
  { enabled, window, lagSeconds, isIdle }: PitrFigures,
  windowDays: number,
  limitSeconds: number,
): CheckpointCheck {
  if (!enabled) return check("FAIL", `it is off; the plan declares ${windowDays} days`);
  if (window === undefined || lagSeconds === undefined)
    return check("FAIL", "it is on, and has nothing to recover to yet");
  if (isIdle) return check("PASS", `nothing was written since ${window.latest.toISOString()}`);
  const lag = `${formatDuration(Math.floor(lagSeconds))} behind, ${formatDuration(limitSeconds)} allowed`;
  if (lagSeconds <= limitSeconds) return check("PASS", lag);
  const doubt =
    isIdle === undefined ? "; whether anything was written since is not known without npm run watch" : "";
  return check("FAIL", `${lag}${doubt}`);
}
