import { openApi } from "../jobs/open-api.ts";
import { tryRecordEvidence } from "../jobs/record-evidence.ts";
import { veilCheck, veilError } from "../jobs/storage/veil-names.ts";
import { typedError } from "../jobs/typed-error.ts";
import type { ProtectionPlan } from "../plan/protection-plan.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import type { Manifest } from "../vault/manifest.ts";
import { type BegunDrill, beginDrill, isLatest } from "./begin-drill.ts";
import type { DrillContext } from "./drill-context.ts";
import type { DrillRequest } from "./drill-request.ts";
import type { DrillResult } from "./drill-result.ts";
import { DRILL_SCRIPTS } from "./drill-scripts.ts";
import { type CompleteTarget, drillTarget } from "./drill-target.ts";
import { DrillTime } from "./drill-time.ts";
import { failureAsFinding } from "./failure-as-finding.ts";
import { howToReach } from "./how-to-reach.ts";
import { type Measured, measureDrill } from "./measure-drill.ts";
import { destroyDrillStack } from "./stack/destroy-drill-stack.ts";
import { destroyLeftOvers } from "./stack/destroy-left-overs.ts";
import { drillStackName } from "./stack/drill-stack-name.ts";
import { openDrillStack } from "./stack/open-drill-stack.ts";

/**
 * Rehearses a recovery in a stack that is made for it and destroyed whatever the outcome: the newest point, restored,
 * proved and timed against the plan's objectives. What earlier drills left when they were killed is destroyed first.
 * Success and failure both leave evidence.
 *
 * @throws HoldfastError DRILL_TARGET_MISSING, DRILL_PULUMI_MISSING, DRILL_PASSPHRASE_MISSING, POINT_UNKNOWN (exit 2)
 * before anything is made; DRILL_STACK_FAILED, DRILL_NOT_DESTROYED and those of restore and proof. A wrong database, or
 * a point that cannot be read, is no error but the verdict FAIL.
 */
export async function runDrill(request: DrillRequest): Promise<DrillResult> {
  const { plan, project, kind, vault, clock, say } = request;
  const target = drillTarget(plan, project, kind);
  const api = openApi(plan, clock);
  const leftOvers = await destroyLeftOvers({ plan, api, clock, say });
  const begun = await beginDrill(request);
  const { source, startedAt, reference, read } = begun;
  try {
    const rpoSeconds = isLatest(request) ? ageSeconds(begun) : undefined;
    const known = {
      ...{ drill: kind, point: reference.id, tier: reference.tier, isNewest: isLatest(request) },
      isVerifiedBefore: reference.verifiedAt !== undefined,
      ...{ target: target.kind, startedAt: startedAt.toISOString(), leftOvers },
      rtoObjectiveSeconds: project.objectives.rtoSeconds,
      ...(rpoSeconds !== undefined && { rpoSeconds }),
      rpoObjectiveSeconds: project.objectives.rpoSeconds,
    };
    const time = new DrillTime(clock, startedAt);
    if ("findings" in read) {
      const measured = measureDrill(project, read.findings, {
        elapsedSeconds: time.elapsedSeconds,
        rpoSeconds,
      });
      return await record(request, { ...known, ...timed(time, clock), ...measured });
    }
    const { manifest } = read;
    const rehearsal = { ...request, vault: source, target, api, manifest, time, rpoSeconds };
    const { failure, measured, ...figures } = await rehearse(rehearsal);
    const body = { ...known, ...figures, bytes: manifest.source.sizeBytes };
    if (measured !== undefined && failure === undefined)
      return await record(request, { ...body, ...measured });
    const error = typedError(failure, `The drill ${kind} of ${project.name}`, request.signal);
    const buckets = manifest.storage ?? [];
    const veiled = buckets.reduce((told: unknown, { bucket }) => veilError(told, bucket), error);
    const reasons = measured && { ...measured, ...recorded(measured) };
    await tryRecordEvidence(vault, "drill", project.name, {
      ...body,
      ...reasons,
      verdict: "FAIL",
      error: veiled,
    });
    throw error;
  } finally {
    if (source !== vault) source.close();
  }
}

/** So many are recorded; the terminal shows all. */
const REASONS = 50;

const recorded = ({ reasons }: Pick<DrillResult, "reasons">) => ({
  reasons: reasons.slice(0, REASONS).map(veilCheck),
});

async function record({ vault, project }: DrillRequest, result: DrillResult): Promise<DrillResult> {
  const evidence = { ...result, ...recorded(result) };
  const evidenceProblem = await tryRecordEvidence(vault, "drill", project.name, evidence);
  return { ...result, ...(evidenceProblem === undefined ? {} : { evidenceProblem }) };
}

const ageSeconds = ({ startedAt, reference, read }: BegunDrill): number =>
  (startedAt.getTime() -
    ("manifest" in read ? Date.parse(read.manifest.createdAt) : reference.createdAt.getTime())) /
  1000;

interface Rehearsal extends DrillRequest {
  readonly target: CompleteTarget;
  readonly api: () => Promise<ManagementApi>;
  readonly manifest: Manifest;
  readonly time: DrillTime;
  readonly rpoSeconds: number | undefined;
}

/** Makes the stack, does what the kind does, and destroys the stack in every outcome. What fails is told, not thrown. */
async function rehearse(request: Rehearsal) {
  const { plan, project, kind, target, api, clock, say, keep = false, time, rpoSeconds } = request;
  const expiresAt = new Date(clock().getTime() + lifeSeconds(plan, keep) * 1000);
  const { environment } = plan;
  const name = drillStackName({ environment, project: project.name, kind, expiresAt, keep });
  let measured: (Measured & { readonly kept?: string }) | undefined;
  let failure: unknown;
  try {
    request.signal?.throwIfAborted();
    say(`Making the target of drill ${name} …`);
    const stack = await openDrillStack({ ...request, name });
    const context: DrillContext = { ...request, stack, phase: time.phase.bind(time) };
    const findings = await DRILL_SCRIPTS[kind](context).catch(failureAsFinding);
    measured = measureDrill(project, findings, { elapsedSeconds: time.elapsedSeconds, rpoSeconds });
    if (keep) measured = { ...measured, kept: howToReach(stack, expiresAt) };
  } catch (error) {
    failure = error;
  }
  if (measured?.kept === undefined) {
    say(`Destroying drill ${name} …`);
    // Not by the caller's signal: who interrupts a drill wants nothing of it to stay.
    await destroyDrillStack(name, { plan, targets: [target], api, clock }).catch((error: unknown) => {
      failure ??= error;
    });
  }
  return { measured, failure, stack: name, ...timed(time, clock) };
}

const timed = ({ restoreSeconds, proofSeconds, otherSeconds }: DrillTime, clock: DrillRequest["clock"]) => ({
  ...{ completedAt: clock().toISOString(), restoreSeconds, proofSeconds, otherSeconds },
});

/**
 * Until then others leave the stack alone: a drill that still runs is none that was left over, however short the time
 * that the plan gives to what is kept, which begins when the drill must have ended.
 */
function lifeSeconds({ drills, job }: ProtectionPlan, keep: boolean): number {
  const longest = job.timeoutSeconds + END_SECONDS;
  return keep ? longest + drills.timeToLiveSeconds : Math.max(drills.timeToLiveSeconds, longest);
}

/** To destroy its stack after its time is over. */
const END_SECONDS = 1_800;
