import { openApi } from "../jobs/open-api.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { DrillKind } from "../plan/schema/drills.ts";
import type { DrillRequest } from "./drill-request.ts";
import type { DrillResult } from "./drill-result.ts";
import { type ListedDrill, listDrills } from "./list-drills.ts";
import { runDrill } from "./run-drill.ts";
import { destroyLeftOvers, type LeftOvers } from "./stack/destroy-left-overs.ts";
import { drillStackBeginning, isLeftOver, readDrillStackName } from "./stack/drill-stack-name.ts";
import { listWorkspaceStacks } from "./stack/drill-workspace.ts";
import { unprovedPoints } from "./unproved-points.ts";

export interface DueDrillsRequest extends Omit<DrillRequest, "project" | "kind" | "point" | "keep"> {
  /** Whose drills are looked at. */
  readonly projects: readonly ProjectPlan[];
}

/** What became of a drill that was due. */
export type DueDrill = {
  readonly project: string;
  readonly drill: DrillKind;
  /** Of an older point that was proved besides the newest. */
  readonly point?: string;
} & (
  | { readonly result: DrillResult }
  /** Another process is at it already. */
  | { readonly running: string }
  | { readonly error: { readonly code: string; readonly message: string; readonly hint: string } }
);

export interface DueDrills {
  readonly drills: readonly ListedDrill[];
  readonly executed: readonly DueDrill[];
  /** What killed drills had left, destroyed before anything else; absent when it could not be looked for. */
  readonly leftOvers?: LeftOvers;
}

/**
 * Destroys what killed drills left, whether or not one is due, then runs every drill that is due, the longest owed first, one after the other. One that fails does not keep the others
 * from running, and one that runs already is not run twice. At last come the older points that a drill's `alsoProve`
 * asks for, each in a drill of its own, as far as `job.timeout` leaves time for them.
 * @throws HoldfastError those of `listDrills` and `listWorkspaceStacks`; that of the signal
 */
export async function runDueDrills({ projects, ...request }: DueDrillsRequest): Promise<DueDrills> {
  const { plan, vault, clock, signal, say } = request;
  const beganAt = clock();
  const api = openApi(plan, clock);
  // Each drill that is due looks again, and ends with the reason why it could not.
  const leftOvers = await destroyLeftOvers({ plan, api, clock, say }).catch((error: unknown) => {
    if (!(error instanceof HoldfastError)) throw error;
    say(`warning: what killed drills left could not be looked for: ${error.message}`);
  });
  const drills = await listDrills(projects, vault, clock());
  const due = drills
    .filter(({ isDue }) => isDue)
    .toSorted((one, other) => other.overdueSeconds - one.overdueSeconds);
  const executed: DueDrill[] = [];
  for (const { project: name, drill } of due) {
    signal?.throwIfAborted();
    const about = { project: name, drill };
    const project = projects.find((one) => one.name === name);
    if (project === undefined) continue;
    const running = await findRunning(request, about);
    if (running !== undefined) {
      say(`The drill ${drill} of ${name} runs already, as ${running}.`);
      executed.push({ ...about, running });
      continue;
    }
    // Another run may have done it while the one before took its time.
    const again = await listDrills([project], vault, clock());
    if (!again.some((one) => one.drill === drill && one.isDue)) continue;
    executed.push({ ...about, ...(await tryDrill({ ...request, project, kind: drill })) });
  }
  executed.push(...(await proveOlder({ ...request, projects }, executed, beganAt)));
  return { drills, executed, ...(leftOvers && { leftOvers }) };
}

async function proveOlder(
  { projects, ...request }: DueDrillsRequest,
  executed: readonly DueDrill[],
  beganAt: Date,
): Promise<DueDrill[]> {
  const { plan, vault, clock, signal, say } = request;
  const proved: DueDrill[] = [];
  for (const project of projects) {
    const kind = "staging-restore";
    const newest = executed.find((one) => one.project === project.name && one.drill === kind);
    const drill = project.drills[kind];
    if (!newest || !("result" in newest) || !drill || "skip" in drill || !drill.alsoProve) continue;
    const unproved = await unprovedPoints(vault, project);
    const older = unproved.filter(({ id }) => id !== newest.result.point).slice(0, drill.alsoProve);
    let longest = secondsBetween(newest.result.startedAt, newest.result.completedAt);
    for (const [done, { id: point }] of older.entries()) {
      signal?.throwIfAborted();
      const startedAt = clock().toISOString();
      if (secondsBetween(beganAt, startedAt) + longest > plan.job.timeoutSeconds) {
        say(
          `No time is left for ${older.length - done} unproved points of ${project.name}: the next drill's.`,
        );
        break;
      }
      const about = { project: project.name, drill: kind, point } as const;
      proved.push({ ...about, ...(await tryDrill({ ...request, project, kind, point })) });
      longest = Math.max(longest, secondsBetween(startedAt, clock()));
    }
  }
  return proved;
}

const secondsBetween = (from: Date | string, to: Date | string): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

async function findRunning(
  { plan, clock }: Pick<DrillRequest, "plan" | "clock">,
  { project, drill }: { readonly project: string; readonly drill: DrillKind },
): Promise<string | undefined> {
  const beginning = drillStackBeginning({ environment: plan.environment, project, kind: drill });
  const names = await listWorkspaceStacks(plan.drills);
  return names.find((name) => {
    const owner = name.startsWith(beginning) ? readDrillStackName(name) : undefined;
    // One that was kept runs no more.
    return owner !== undefined && owner.pid !== 0 && !isLeftOver(owner, clock());
  });
}

async function tryDrill(request: DrillRequest) {
  try {
    return { result: await runDrill(request) };
  } catch (error) {
    if (!(error instanceof HoldfastError) || request.signal?.aborted) throw error;
    const { code, message, hint } = error;
    return { error: { code, message, hint } };
  }
}
