import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { DatabaseAddress } from "../postgres/database-url.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import type { Vault } from "../vault/vault.ts";
import { checkpointEvidence } from "./checkpoint/checkpoint-evidence.ts";
import type { CheckpointResult, RecoverySheet, SignOff } from "./checkpoint/checkpoint-result.ts";
import { Findings } from "./checkpoint/findings.ts";
import { lookAtProduction, type Production } from "./checkpoint/look-at-production.ts";
import type { ProveCheckpoint } from "./checkpoint/prove-in-database.ts";
import { recoverySheet } from "./checkpoint/recovery-sheet.ts";
import { rowsInPoint } from "./checkpoint/rows-in-point.ts";
import { type SecuredPoint, securePoint } from "./checkpoint/secure-point.ts";
import type { Progress } from "./progress.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { typedError } from "./typed-error.ts";
import { overallVerdict } from "./verdict.ts";

export interface CheckpointRequest {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly address: DatabaseAddress;
  /** How far point-in-time recovery may be behind: the plan's threshold. */
  readonly lagLimitSeconds: number;
  /** Sessions that dump at once, 1 to 64. */
  readonly workers: number;
  readonly progress: Progress;
  /** `git describe --tags` of what is deployed; becomes part of the id. */
  readonly gitDescribe?: string | undefined;
  /** Supabase's Management API; asked for only when the project has a ref. */
  readonly api?: (() => Promise<ManagementApi>) | undefined;
  /** Restores and proves the point; absent where neither the plan nor the caller asks for it. */
  readonly prove?: ProveCheckpoint | undefined;
  /** Whether the deployment applies migrations that production lacks. @default false */
  readonly migrates?: boolean | undefined;
  /** Checks everything, takes no point, leaves no evidence. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signOff: Omit<SignOff, "at">;
  /** How long a restore point at Supabase is waited for. @default 300 */
  readonly restorePointSeconds?: number | undefined;
  /** Called with what is done next, in words. */
  readonly say?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a deployment must have behind it: production is as the plan says, can be recovered, and has a point of this
 * moment that was read back, and restored where that is asked for. A step that fails is a finding, so that the sheet is
 * always made; each finding blocks the deployment. It may be run again at any time: each run takes a point of its own.
 *
 * @throws HoldfastError of a wrong request before the point is taken, the interruption; both leave evidence
 */
export async function checkpoint(request: CheckpointRequest): Promise<CheckpointResult> {
  const { vault, project, dryRun } = request;
  const facts = { gitDescribe: request.gitDescribe, signOff: request.signOff };
  try {
    const result = await run(request);
    if (dryRun) return result;
    const body = checkpointEvidence(result);
    const evidenceProblem = await tryRecordEvidence(vault, "checkpoint", project.name, body);
    return { ...result, ...(evidenceProblem !== undefined && { evidenceProblem }) };
  } catch (cause) {
    const error = typedError(cause, `The checkpoint of ${project.name}`, request.signal);
    if (!dryRun)
      await tryRecordEvidence(vault, "checkpoint", project.name, { verdict: "FAIL", ...facts, error });
    throw error;
  }
}

async function run(request: CheckpointRequest): Promise<CheckpointResult> {
  const { vault, project, gitDescribe, signal } = request;
  const startedAt = vault.clock();
  const findings = new Findings(signal);
  const production = await lookAtProduction(request, findings);
  const secured = await securePoint(request, findings, production);
  const sheet = await findings.attempt("scheduled-backups", "recovery points of the vault", () =>
    recoverySheet(vault, project, findings, {
      gitDescribe,
      checkpoint: secured.manifest?.id,
      bytes: secured.point?.storedBytes,
      window: production.window,
    }),
  );
  return summarize(request, { findings, production, secured, sheet, startedAt });
}

function summarize(
  { vault, project, gitDescribe, dryRun = false, signOff }: CheckpointRequest,
  made: {
    readonly findings: Findings;
    readonly production: Production;
    readonly secured: SecuredPoint;
    readonly sheet: RecoverySheet | undefined;
    readonly startedAt: Date;
  },
): CheckpointResult {
  const { findings, production, secured, sheet = { sameRelease: [] }, startedAt } = made;
  const { state, window, windowWhy } = production;
  const { manifest, point, restorePoint, proof } = secured;
  const endedAt = vault.clock();
  const { checks, notChecked } = findings;
  return {
    verdict: overallVerdict(checks),
    environment: vault.environment,
    project: project.name,
    ...(point && { checkpoint: point.id }),
    ...(gitDescribe !== undefined && { gitDescribe }),
    dryRun,
    ...(state && { countedAt: state.takenAt.toISOString() }),
    counts: (state?.tables ?? []).map(({ holders, ...count }) => {
      const rows = manifest && rowsInPoint({ holders, ...count }, manifest);
      return { ...count, ...(rows !== undefined && { rowsInPoint: rows }) };
    }),
    window,
    ...(windowWhy !== undefined && { windowWhy }),
    ...(point && { point }),
    ...(restorePoint && { restorePoint }),
    ...(proof && { proof }),
    ...sheet,
    checks,
    reasons: checks.filter(({ verdict }) => verdict !== "PASS"),
    notChecked,
    signOff: { ...signOff, at: endedAt.toISOString() },
    durationSeconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
  };
}
