import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import { evidenceSince } from "../vault/evidence/evidence-since.ts";
import { listPoints } from "../vault/list-points.ts";
import { runLimited } from "../vault/run-limited.ts";
import type { Vault } from "../vault/vault.ts";
import { databaseLines } from "./health/database-lines.ts";
import { drillLine, stagingRestoreSeconds } from "./health/drill-line.ts";
import { environmentLines } from "./health/environment-lines.ts";
import type { HealthContext, HealthFacts } from "./health/health-context.ts";
import type { HealthLine, HealthVerdict } from "./health/health-line.ts";
import { pitrLines } from "./health/pitr-lines.ts";
import { platformLine } from "./health/platform-line.ts";
import { pointLines, RECENT_DAYS } from "./health/point-lines.ts";
import { replicationLine } from "./health/replication-line.ts";
import { retentionLines } from "./health/retention-lines.ts";
import { environmentBegan } from "./measure/environment-began.ts";
import { once } from "./once.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { readWatchState, type WatchState } from "./watch/watch-state.ts";

export interface HealthReport {
  readonly environment: string;
  readonly at: Date;
  /** FAIL when a line failed, else WARN when one warns. */
  readonly verdict: HealthVerdict;
  /** Project by project in the plan's order, then what concerns all of them. */
  readonly lines: readonly HealthLine[];
}

/** Projects looked at at once. */
const AT_ONCE = 4;
const DAY_SECONDS = 86_400;

/**
 * The weekly check of an environment: is what the plan promises there, today. A line is measured by itself; what cannot
 * be measured, as a project that cannot be reached, warns and hides no other line. The report becomes evidence.
 *
 * @throws the reason of an interruption; nothing else that is outside of this program
 */
export async function health(context: HealthContext): Promise<HealthReport> {
  const { plan, vault, clock, signal } = context;
  const now = clock();
  const lookBackSeconds = Math.max(
    RECENT_DAYS * DAY_SECONDS,
    ...plan.projects.map((project) => stagingRestoreSeconds(project) ?? 0),
  );
  const since = new Date(now.getTime() - (lookBackSeconds + DAY_SECONDS) * 1000);
  const facts: HealthFacts = {
    now,
    beganAt: once(async () => (await environmentBegan(vault)) ?? now),
    evidence: once(() => evidenceSince(vault, { since, kinds: ["backup", "drill"] })),
    watched: once(() => watchedState(vault)),
  };
  const ofProjects: HealthLine[][] = [];
  await runLimited([...plan.projects.entries()], AT_ONCE, async ([index, project]) => {
    ofProjects[index] = await projectLines(context, project, facts);
  });
  const lines = [...ofProjects.flat(), ...(await environmentLines(context, facts))];
  signal?.throwIfAborted();
  return await record(context, { environment: plan.environment, at: now, verdict: worst(lines), lines });
}

/** What the watch saw adds to what can be seen now; without it, that is still seen. */
async function watchedState(vault: Vault): Promise<WatchState | undefined> {
  try {
    return (await readWatchState(vault)).state;
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

async function projectLines(
  context: HealthContext,
  project: ProjectPlan,
  facts: HealthFacts,
): Promise<HealthLine[]> {
  const { plan, vault } = context;
  const points = once(() => listPoints(vault, project.name));
  const groups = await Promise.all([
    pointLines(plan, project, facts, points),
    platformLine(context, project, facts.now),
    pitrLines(context, project, facts),
    databaseLines(context, project),
    drillLine(project, facts).then((line) => [line]),
    retentionLines(vault, project, facts.now, points),
    replicationLine(context, project, points, facts.now).then((line) => [line]),
  ]);
  return groups.flat();
}

/** A check that left no record did not happen for an auditor. */
async function record({ vault }: HealthContext, report: HealthReport): Promise<HealthReport> {
  const { lines, verdict } = report;
  const why = await tryRecordEvidence(vault, "health", undefined, {
    verdict: verdict === "WARN" ? "PARTIAL" : verdict,
    lines,
  });
  if (why === undefined) return report;
  const line: HealthLine = {
    id: "evidence",
    verdict: "FAIL",
    figure: `this check could not be recorded: ${why}`,
    bound: "recorded",
  };
  return { ...report, verdict: "FAIL", lines: [...lines, line] };
}

function worst(lines: readonly HealthLine[]): HealthVerdict {
  if (lines.some(({ verdict }) => verdict === "FAIL")) return "FAIL";
  return lines.some(({ verdict }) => verdict === "WARN") ? "WARN" : "PASS";
}
