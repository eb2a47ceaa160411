import { longestGapSeconds } from "../plan/schedule.ts";
import { SCHEDULED_TIERS } from "../plan/tier.ts";
import { evidenceSince } from "../vault/evidence/evidence-since.ts";
import { runLimited } from "../vault/run-limited.ts";
import { environmentBegan } from "./measure/environment-began.ts";
import type { PitrMemory } from "./measure/pitr-memory.ts";
import { Findings } from "./watch/findings.ts";
import { foldRuns } from "./watch/fold-runs.ts";
import { lookAtPitr } from "./watch/look-at-pitr.ts";
import { lookAtPoints } from "./watch/look-at-points.ts";
import { lookAtRuns } from "./watch/look-at-runs.ts";
import { lookAtVault } from "./watch/look-at-vault.ts";
import { runPlace } from "./watch/run-place.ts";
import { scheduledSince } from "./watch/scheduled-since.ts";
import { sendCanary } from "./watch/send-canary.ts";
import { tellChanges } from "./watch/tell-changes.ts";
import type { AlertChange, WatchAlert } from "./watch/watch-alert.ts";
import type { WatchContext } from "./watch/watch-context.ts";
import { readWatchState, type WatchState } from "./watch/watch-state.ts";

/** What one pass of the watch found and did. */
export interface WatchReport {
  readonly environment: string;
  readonly at: Date;
  /** What stands now, critical first. */
  readonly alerts: readonly WatchAlert[];
  /** What the chat was told by this pass. */
  readonly told: readonly AlertChange[];
  /** Why the chat was not told, when there was something to tell. */
  readonly chatProblem?: string;
  /** When the test alert was last due, and whether this pass sent it. */
  readonly canary: { readonly firedAt: Date; readonly isSent: boolean };
  /** What could not be looked at, and why. */
  readonly unseen: Readonly<Record<string, { readonly since: Date; readonly why: string }>>;
}

/** Projects looked at at once. */
const AT_ONCE = 8;
/** Records of other machines may be a little late in the chain. */
const OVERLAP_MILLISECONDS = 3_600_000;
const EMPTY: Pick<WatchState, "runs" | "pitr" | "alerts" | "told" | "unseen"> = {
  runs: {},
  pitr: {},
  alerts: [],
  told: [],
  unseen: {},
};

/**
 * One pass over an environment, for a schedule of five minutes: measures what no job can measure of itself, publishes
 * it, raises what stands against the plan's thresholds, and tells the chat what changed since the pass before. Passes
 * may overlap, be missed or die: what they remember is one small object in the vault, which the first one to write it
 * wins.
 *
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN, EVIDENCE_… when the vault cannot be read or written: then nothing is
 * known, and the alarms on silence tell of it
 */
export async function watch(context: WatchContext): Promise<WatchReport> {
  const { plan, vault, clock, signal } = context;
  const now = clock();
  const { state, eTag } = await readWatchState(vault);
  const beganAt = state?.beganAt ?? (await environmentBegan(vault)) ?? now;
  const since = scheduledSince(plan, { beganAt, known: state?.since, now });
  const before = { ...EMPTY, ...state, beganAt, since };
  const findings = new Findings(before.alerts, before.unseen, now);
  // A new environment hears the test alert at once, and not when it is next due: until then nobody knows.
  const known = state?.canaryFiredAt ?? new Date(0);
  let canary: WatchReport["canary"] = { firedAt: known, isSent: false };
  // One that cannot be recorded is told of, and tried again; it must not keep the pass from looking at the rest.
  const send = async () => {
    canary = await sendCanary(context, known);
    return [];
  };
  await findings.look("Canary", send, signal);
  const canaryAt = Math.max(canary.firedAt.getTime(), beganAt.getTime());
  context.publish({ environment: plan.environment }, { CanaryAgeSeconds: (now.getTime() - canaryAt) / 1000 });
  const runs = foldRuns(
    before.runs,
    await evidenceSince(vault, {
      since: state ? new Date(state.at.getTime() - OVERLAP_MILLISECONDS) : firstLook(context),
      kinds: ["backup", "storage-sync"],
    }),
  );
  findings.add(lookAtRuns(plan, { runs, since, now }));
  const measured = await measure(context, before, findings);
  signal?.throwIfAborted();
  const { alerts, unseen } = findings;
  const report = { environment: plan.environment, at: now, alerts, canary, unseen };
  // Another pass is telling the chat at this moment: what it wrote must stay as it is until it is done.
  if (state?.tellingUntil !== undefined && state.tellingUntil > now) return { ...report, told: [] };
  const next: WatchState = {
    version: 1,
    at: now,
    beganAt,
    ...{ since, runs, ...measured, alerts, canaryFiredAt: canary.firedAt },
    told: before.told,
    unseen: Object.fromEntries(Object.entries(unseen).map(([subject, { since }]) => [subject, since])),
  };
  const { changes, problem } = await tellChanges(context, next, eTag);
  return { ...report, told: changes, ...(problem !== undefined && { chatProblem: problem }) };
}

/** What has to be asked for, each by itself, so that one that does not answer hides no other. */
async function measure(
  context: WatchContext,
  before: typeof EMPTY & Pick<WatchState, "vault" | "since">,
  findings: Findings,
): Promise<Pick<WatchState, "pitr" | "vault">> {
  const { plan, clock, signal } = context;
  const pitr: Record<string, PitrMemory> = { ...before.pitr };
  let { vault } = before;
  await runLimited(plan.projects, AT_ONCE, async (project) => {
    for (const tier of SCHEDULED_TIERS) {
      const schedule = project.tiers[tier]?.schedule;
      if (schedule === undefined) continue;
      const rule = { tier, schedule, since: before.since[runPlace(project.name, { tier })] ?? clock() };
      const look = () => lookAtPoints(context, project.name, rule);
      await findings.look(`${project.name}/${tier}/newest`, look, signal);
    }
    const look = async () => {
      const { alerts, memory } = await lookAtPitr(context, project, before.pitr[project.name]);
      if (memory !== undefined) pitr[project.name] = memory;
      return alerts;
    };
    if (project.pitr !== undefined) await findings.look(`${project.name}/pitr`, look, signal);
  });
  const lookIntoVault = async () => {
    const seen = await lookAtVault(context, before.vault);
    vault = seen.vault;
    return seen.alerts;
  };
  await findings.look("Vault", lookIntoVault, signal);
  return { pitr, ...(vault && { vault }) };
}

/** Without a memory, as far back as the last run of the rarest schedule may be. */
function firstLook({ plan, clock }: WatchContext): Date {
  const schedules = plan.projects.flatMap(({ tiers, storage }) => [
    ...SCHEDULED_TIERS.flatMap((tier) => tiers[tier]?.schedule ?? []),
    ...storage.map(({ schedule }) => schedule),
  ]);
  const seconds = Math.max(0, ...schedules.map(longestGapSeconds));
  return new Date(clock().getTime() - seconds * 1000 - OVERLAP_MILLISECONDS);
}
