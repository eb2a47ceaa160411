import { HoldfastError } from "../../plan/holdfast-error.ts";
import { waitForProject } from "../../supabase/wait-for-project.ts";
import type { Check } from "../verdict.ts";
import { readMarkers } from "./marker.ts";
import type { PitrBegun } from "./pitr-begun.ts";
import type { PitrContext } from "./pitr-context.ts";

export interface RewindProof {
  readonly checks: readonly Check[];
  /** The newest marker at or before the target that is there. */
  readonly provedUpTo?: Date;
}

/**
 * Compares what a project holds after its restore with what the target's moment held: nothing from after it, and what
 * was there before it.
 */
export async function proveRewind(context: PitrContext, begun: PitrBegun): Promise<RewindProof> {
  const { run, table, target } = context;
  const [newest] = await readMarkers(run, { ...table, until: target, limit: 1 });
  return {
    checks: [await proveLaterGone(context, begun), await proveEarlierThere(context, begun)],
    ...(newest && { provedUpTo: newest.at }),
  };
}

/** Whether the project's services are back too; the rewind does not depend on them. */
export async function proveServices(context: PitrContext): Promise<Check> {
  const { api, ref, deadline, timing, clock, sleep, signal } = context;
  const name = "services are healthy";
  try {
    await waitForProject(api, ref, {
      deadlineSeconds: Math.max(1, Math.min(timing.servicesSeconds, deadline.remainingSeconds())),
      intervalSeconds: timing.pollSeconds,
      clock,
      sleep,
      ...(signal && { signal }),
    });
    return { name, verdict: "PASS", detail: `project ${ref} is ACTIVE_HEALTHY` };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return { name, verdict: error.code === "PROJECT_FAILED" ? "FAIL" : "PARTIAL", detail: error.message };
  }
}

async function proveLaterGone(context: PitrContext, begun: PitrBegun): Promise<Check> {
  const { run, table, target } = context;
  const name = "rows written after the target are gone";
  const { witness } = begun;
  if (witness === undefined) {
    const why = begun.noWitness ? `: ${begun.noWitness}` : "";
    return { name, verdict: "PARTIAL", detail: `no row was there to be gone${why}` };
  }
  const until = new Date(new Date(witness.at).getTime() + 1);
  const later = await readMarkers(run, { ...table, after: target, until });
  return later.length === 0
    ? { name, verdict: "PASS", detail: `the row of ${witness.at} is gone` }
    : {
        name,
        verdict: "FAIL",
        detail: `${later.length} are there, the last of ${later[0]?.at.toISOString()}`,
      };
}

async function proveEarlierThere(context: PitrContext, { earlier }: PitrBegun): Promise<Check> {
  const name = "rows written before the target are there";
  const [newest] = earlier;
  if (newest === undefined)
    return { name, verdict: "PARTIAL", detail: "no marker is older than the target, so none can tell" };
  const ids = earlier.map(({ id }) => id);
  const there = new Set((await readMarkers(context.run, { ...context.table, ids })).map(({ id }) => id));
  const missing = earlier.filter(({ id }) => !there.has(id));
  return missing.length === 0
    ? { name, verdict: "PASS", detail: `${earlier.length}, the last of ${newest.at}` }
    : {
        name,
        verdict: "FAIL",
        detail: `${missing.length} of ${earlier.length} are missing, the last of ${missing[0]?.at}: rewound too far`,
      };
}
