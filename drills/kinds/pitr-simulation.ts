import type { Check } from "../../jobs/verdict.ts";
import { verify } from "../../jobs/verify.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { DrillContext, DrillFindings } from "../drill-context.ts";
import { restoreAndProve } from "../restore-and-prove.ts";
import { queryTarget } from "../rewind/query-target.ts";
import { awaitArchive, makeMoment, type RewindRequest, rewindToMoment } from "../rewind/rehearse-rewind.ts";
import { REWIND_TIMING, type RewindTiming } from "../rewind/rewind-timing.ts";
import { dropSample } from "../rewind/sample-rows.ts";

/**
 * Rehearses a recovery to a point in time, in a new Supabase project that the drill made for it: the point is restored,
 * rows are written before and after a moment, the archive is waited for, the project is rewound to the moment, every row
 * is checked, and the database must again be the point.
 *
 * @throws HoldfastError DRILL_TARGET_WRONG (exit 2) for a target without point-in-time recovery; those of restore, verify
 * and recoverToTime; what is found wrong is a finding
 */
export async function pitrSimulation(
  context: DrillContext,
  timing: Partial<RewindTiming> = {},
): Promise<DrillFindings> {
  const request = await requestOf(context, timing);
  const restored = await restoreAndProve(context);
  // What a restore did wrong could not be told from what a rewind does.
  if (isFailed(restored.checks)) return without(restored, "the rewind: the restore before it failed");
  const { say } = context;
  say(`Writing rows before and after a moment of project ${request.ref} …`);
  const moment = await makeMoment(request);
  const archive = await awaitArchive(request, moment);
  const facts = {
    rewoundTo: moment.target.toISOString(),
    archiveSeconds: archive.seconds ?? null,
    window: archive.window ?? null,
  };
  const reached = { ...restored, checks: [...restored.checks, archive.check], facts };
  if (isFailed(reached.checks)) return without(reached, "the rewind: the archive does not reach the moment");
  say(`Rewinding project ${request.ref} to ${facts.rewoundTo} …`);
  const { checks, outcome } = await context.phase("restore", () => rewindToMoment(request, moment));
  const rewound = {
    checks: [...reached.checks, ...checks],
    notChecked: restored.notChecked,
    facts: { ...facts, rewindSeconds: outcome.durationSeconds },
  };
  if (isFailed(rewound.checks)) return without(rewound, "the point's tables after the rewind: it failed");
  say("Proving that the rewound database is the point …");
  const proof = await proveAgain(context, request);
  return { ...rewound, checks: [...rewound.checks, ...proof] };
}

/** What was the point before must be it still, without the rows of the drill. */
async function proveAgain(context: DrillContext, { run }: RewindRequest): Promise<Check[]> {
  const { vault, manifest, project, stack, workers, progress, signal } = context;
  const target = stack.target.address;
  const common = { vault, manifest, project, target, workers, progress, signal };
  const { checks } = await context.phase("proof", async () => {
    await dropSample(run);
    return await verify({ ...common, recoveredFromWal: true, tag: false });
  });
  return checks.map((check) => ({ ...check, name: `after the rewind: ${check.name}` }));
}

async function requestOf(context: DrillContext, timing: Partial<RewindTiming>): Promise<RewindRequest> {
  const { project, stack, clock, progress, signal } = context;
  const { address, supabase } = stack.target;
  if (supabase === undefined) throw wrongTarget(stack.target.inWords);
  return {
    api: await context.api(),
    ref: supabase.ref,
    run: queryTarget(address),
    timing: { ...REWIND_TIMING, ...timing },
    ...{ project, clock, progress, signal },
  };
}

const isFailed = (checks: readonly Check[]) => checks.some(({ verdict }) => verdict === "FAIL");

/** A rewind that did not happen, or went wrong, tells nothing of how long one takes. */
const without = (findings: DrillFindings, what: string): DrillFindings => ({
  ...findings,
  isIncomplete: true,
  notChecked: [...findings.notChecked, what],
});

function wrongTarget(inWords: string): HoldfastError {
  return new HoldfastError({
    code: "DRILL_TARGET_WRONG",
    message: `A recovery to a point in time is rehearsed in a Supabase project; the target is ${inWords}`,
    hint: "Leave the target of pitr-simulation out of the plan: a project of its own is made for it.",
    exitCode: 2,
  });
}
