import { checkpointEvidence } from "./checkpoint/checkpoint-evidence.ts";
import type { CheckpointRequest } from "./checkpoint/checkpoint-request.ts";
import type { CheckpointResult, RecoverySheet } from "./checkpoint/checkpoint-result.ts";
import { Findings } from "./checkpoint/findings.ts";
import { lookAtProduction, type Production } from "./checkpoint/look-at-production.ts";
import { recoverySheet } from "./checkpoint/recovery-sheet.ts";
import { rowsInPoint } from "./checkpoint/rows-in-point.ts";
import { type SecuredPoint, securePoint } from "./checkpoint/secure-point.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { typedError } from "./typed-error.ts";
import { overallVerdict } from "./verdict.ts";

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
      lateAfterSeconds: request.lateAfterSeconds,
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
