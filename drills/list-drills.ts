import { isDrillOf } from "../jobs/measure/is-drill-of.ts";
import { lastDrill } from "../jobs/measure/last-drill.ts";
import type { Verdict } from "../jobs/verdict.ts";
import { drillDue } from "../plan/drill-due.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import { longestGapSeconds } from "../plan/schedule.ts";
import { DRILL_KINDS, type DrillKind } from "../plan/schema/drills.ts";
import { evidenceBackwards } from "../vault/evidence/evidence-backwards.ts";
import type { EvidenceRecord } from "../vault/evidence/evidence-record.ts";
import type { Vault } from "../vault/vault.ts";

/** A drill that the plan runs by schedule, or leaves out. */
export interface ListedDrill {
  readonly project: string;
  readonly drill: DrillKind;
  /** Cron, UTC; absent when the plan leaves it out. */
  readonly schedule?: string;
  /** Why the plan leaves it out. */
  readonly leftOut?: string;
  /** The one that ended last. */
  readonly last?: { readonly at: Date; readonly verdict: Verdict };
  /** To come, or past and owed. */
  readonly dueAt?: Date;
  readonly isDue: boolean;
  /** 0 when it is not due. */
  readonly overdueSeconds: number;
}

/**
 * Every drill of the plan with when it was last executed and when it is due next, by evidence and schedule alone.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function listDrills(
  projects: readonly ProjectPlan[],
  vault: Vault,
  now: Date,
): Promise<ListedDrill[]> {
  const evidence = await readEvidenceOf(projects, vault, now);
  return projects.flatMap((project) =>
    DRILL_KINDS.flatMap((kind): ListedDrill[] => {
      const drill = project.drills[kind];
      if (drill === undefined) return [];
      const about = { project: project.name, drill: kind };
      if ("skip" in drill) return [{ ...about, leftOut: drill.skip, isDue: false, overdueSeconds: 0 }];
      const last = lastDrill(evidence, project.name, kind);
      const began = startOf(evidence, project.name, kind);
      const oldest = evidence.findLast((record) => record.project === project.name);
      const since = oldest && new Date(oldest.at);
      return [
        {
          ...about,
          schedule: drill.schedule,
          ...(last && { last: { at: last.at, verdict: last.verdict } }),
          ...drillDue(drill.schedule, { now, lastAt: began ?? last?.at, since }),
        },
      ];
    }),
  );
}

/** An environment that nobody ran for a year still owes its drills. */
const STOPPED_SECONDS = 400 * 86_400;

/**
 * The evidence as far back as it is asked: until every drill has been met, and at most two rounds of the rarest one or
 * as long as an environment may have stood still.
 * @returns newest first
 */
async function readEvidenceOf(
  projects: readonly ProjectPlan[],
  vault: Vault,
  now: Date,
): Promise<EvidenceRecord[]> {
  const wanted = new Map<string, (record: EvidenceRecord) => boolean>();
  let rounds = STOPPED_SECONDS;
  for (const { name, drills } of projects) {
    for (const kind of DRILL_KINDS) {
      const drill = drills[kind];
      if (drill === undefined || "skip" in drill) continue;
      wanted.set(`${name}/${kind}`, (record) => isDrillOf(record, name, kind));
      rounds = Math.max(rounds, 2 * longestGapSeconds(drill.schedule));
    }
  }
  const found: EvidenceRecord[] = [];
  if (wanted.size === 0) return found;
  for await (const record of evidenceBackwards(vault, new Date(now.getTime() - rounds * 1000))) {
    found.push(record);
    for (const [drill, isMet] of wanted) if (isMet(record)) wanted.delete(drill);
    if (wanted.size === 0) break;
  }
  return found;
}

/** A drill counts for the time at which it began: it may run past the next one. */
function startOf(evidence: readonly EvidenceRecord[], project: string, drill: DrillKind): Date | undefined {
  const record = evidence.find((one) => isDrillOf(one, project, drill));
  const at = new Date(String(record?.body.startedAt));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
