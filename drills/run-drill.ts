import { openApi } from "../jobs/open-api.ts";
import type { Progress } from "../jobs/progress.ts";
import { tryRecordEvidence } from "../jobs/record-evidence.ts";
import { veilCheck, veilError } from "../jobs/storage/veil-names.ts";
import { typedError } from "../jobs/typed-error.ts";
import { overallVerdict } from "../jobs/verdict.ts";
import type { Clock } from "../plan/clock.ts";
import type { ProjectPlan, ProtectionPlan } from "../plan/protection-plan.ts";
import type { DrillKind } from "../plan/schema/drills.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import { findPoint } from "../vault/find-point.ts";
import { listPoints, type Point } from "../vault/list-points.ts";
import type { Manifest } from "../vault/manifest.ts";
import { openVault } from "../vault/open-vault.ts";
import { readManifest } from "../vault/read-manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { DrillContext, DrillFindings } from "./drill-context.ts";
import type { DrillResult } from "./drill-result.ts";
import { DRILL_SCRIPTS } from "./drill-scripts.ts";
import { type CompleteTarget, drillTarget } from "./drill-target.ts";
import { DrillTime } from "./drill-time.ts";
import { failureAsFinding } from "./failure-as-finding.ts";
import { howToReach } from "./how-to-reach.ts";
import { isWholePoint } from "./is-whole-point.ts";
import { judgeObjectives } from "./judge-objectives.ts";
import { destroyDrillStack } from "./stack/destroy-drill-stack.ts";
import { destroyLeftOvers } from "./stack/destroy-left-overs.ts";
import { drillStackName } from "./stack/drill-stack-name.ts";
import { openDrillStack } from "./stack/open-drill-stack.ts";

export interface DrillRequest {
  readonly plan: ProtectionPlan;
  readonly project: ProjectPlan;
  readonly kind: DrillKind;
  /** Takes the evidence; the points come from it too, but for a failover. */
  readonly vault: Vault;
  /** Id of the point, `latest` or `latest-verified`. @default "latest" */
  readonly point?: string;
  /** Leaves the target for a look; the stack's time to live ends it. @default false */
  readonly keep?: boolean;
  readonly clock: Clock;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly say: (text: string) => void;
}

/**
 * Rehearses a recovery in a stack that is made for it and destroyed whatever the outcome: the newest point, restored,
 * proved and timed against the plan's objectives. What earlier drills left when they were killed is destroyed first.
 * Success and failure both leave evidence.
 *
 * @throws HoldfastError DRILL_TARGET_MISSING, DRILL_PULUMI_MISSING, DRILL_PASSPHRASE_MISSING, POINT_UNKNOWN (exit 2)
 * before anything is made; DRILL_STACK_FAILED, DRILL_NOT_DESTROYED and those of restore and proof. A wrong database is
 * no error but the verdict FAIL.
 */
export async function runDrill(request: DrillRequest): Promise<DrillResult> {
  const { plan, project, kind, vault, clock, say, keep = false } = request;
  const target = drillTarget(plan, project, kind);
  const api = openApi(plan, clock);
  const source = await pointsOf(request);
  try {
    const reference = await choosePoint(source, request);
    const manifest = await readManifest(source, reference);
    const leftOvers = await destroyLeftOvers({ plan, api, clock, say });
    const startedAt = clock();
    const expiresAt = new Date(startedAt.getTime() + lifeSeconds(plan, keep) * 1000);
    const { environment } = plan;
    const stack = drillStackName({ environment, project: project.name, kind, expiresAt, keep });
    const isNewest = isLatest(request);
    const known = {
      ...{ drill: kind, point: manifest.id, tier: manifest.tier, isNewest },
      isVerifiedBefore: reference.verifiedAt !== undefined,
      ...{ stack, target: target.kind, startedAt: startedAt.toISOString(), leftOvers },
      rtoObjectiveSeconds: project.objectives.rtoSeconds,
      ...(isNewest && { rpoSeconds: ageSeconds(manifest, startedAt) }),
      rpoObjectiveSeconds: project.objectives.rpoSeconds,
      bytes: manifest.source.sizeBytes,
    };
    const rehearsal = { ...request, vault: source, target, api, manifest, stack, startedAt };
    const { failure, measured, ...figures } = await rehearse(rehearsal);
    const body = { ...known, ...measured, ...figures };
    const evidence = {
      ...body,
      ...(measured && { reasons: measured.reasons.slice(0, REASONS).map(veilCheck) }),
    };
    if (measured === undefined || failure !== undefined) {
      const error = typedError(failure, `The drill ${kind} of ${project.name}`, request.signal);
      const buckets = manifest.storage ?? [];
      const veiled = buckets.reduce((told: unknown, { bucket }) => veilError(told, bucket), error);
      await tryRecordEvidence(vault, "drill", project.name, { ...evidence, verdict: "FAIL", error: veiled });
      throw error;
    }
    const result = { ...body, ...measured };
    const evidenceProblem = await tryRecordEvidence(vault, "drill", project.name, {
      ...evidence,
      verdict: measured.verdict,
    });
    return { ...result, ...(evidenceProblem === undefined ? {} : { evidenceProblem }) };
  } finally {
    if (source !== vault) source.close();
  }
}

/** So many are recorded; the terminal shows all. */
const REASONS = 50;

interface Rehearsal extends DrillRequest {
  readonly target: CompleteTarget;
  readonly api: () => Promise<ManagementApi>;
  readonly manifest: DrillContext["manifest"];
  readonly stack: string;
  readonly startedAt: Date;
}

/** Makes the stack, does what the kind does, and destroys the stack in every outcome. What fails is told, not thrown. */
async function rehearse(request: Rehearsal) {
  const { plan, kind, target, api, clock, stack: name, say, keep = false } = request;
  const time = new DrillTime(clock, request.startedAt);
  let measured: Measured | undefined;
  let failure: unknown;
  try {
    request.signal?.throwIfAborted();
    say(`Making the target of drill ${name} …`);
    const stack = await openDrillStack({ ...request, name });
    const context = { ...request, stack, phase: time.phase.bind(time) };
    const findings = await DRILL_SCRIPTS[kind](context).catch(failureAsFinding);
    measured = measure(request, findings, time);
    if (keep) measured = { ...measured, kept: howToReach(stack, plan) };
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
  const { restoreSeconds, proofSeconds, otherSeconds } = time;
  const completedAt = clock().toISOString();
  return { measured, failure, completedAt, restoreSeconds, proofSeconds, otherSeconds };
}

type Measured = ReturnType<typeof measure> & { readonly kept?: string };

function measure(
  request: Rehearsal,
  { checks, notChecked, facts, isIncomplete = false }: DrillFindings,
  { elapsedSeconds }: DrillTime,
) {
  const { project, manifest, startedAt } = request;
  const rtoSeconds = isIncomplete ? undefined : elapsedSeconds;
  const rpoSeconds = isLatest(request) ? ageSeconds(manifest, startedAt) : undefined;
  const judged = judgeObjectives(project, { rtoSeconds, rpoSeconds });
  const all = [...checks, ...judged.checks];
  return {
    ...facts,
    verdict: overallVerdict(all),
    ...(rtoSeconds !== undefined && { rtoSeconds }),
    checks: all.length,
    objectives: judged.checks,
    reasons: all.filter(({ verdict }) => verdict !== "PASS"),
    notChecked: [...notChecked, ...judged.notChecked],
  };
}

/**
 * Until then another machine leaves the stack alone: a drill that still runs is none that was left over, however short
 * the time that the plan gives to what is kept.
 */
const lifeSeconds = ({ drills, job }: ProtectionPlan, keep: boolean): number =>
  keep ? drills.timeToLiveSeconds : Math.max(drills.timeToLiveSeconds, job.timeoutSeconds + END_SECONDS);

/** To destroy its stack after its time is over. */
const END_SECONDS = 1_800;

const isLatest = ({ point = "latest" }: DrillRequest): boolean => point === "latest";

const ageSeconds = ({ createdAt }: Manifest, at: Date): number =>
  (at.getTime() - Date.parse(createdAt)) / 1000;

async function choosePoint(vault: Vault, { project, point = "latest" }: DrillRequest): Promise<Point> {
  if (point !== "latest") return await findPoint(vault, project.name, point);
  const whole = (await listPoints(vault, project.name)).find((one) => isWholePoint(project, one));
  return whole ?? (await findPoint(vault, project.name, point));
}

/** A failover reads the replica alone; nothing else of the drill knows another vault. */
async function pointsOf({ plan, kind, vault, clock }: DrillRequest): Promise<Vault> {
  if (kind !== "region-failover") return vault;
  return await openVault({ ...plan.vault, environment: plan.environment }, { clock, useReplica: true });
}
