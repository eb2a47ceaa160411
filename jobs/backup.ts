import { findTier } from "../plan/find-tier.ts";
import { connect } from "../postgres/connect.ts";
import { findTools } from "../postgres/find-tools.ts";
import type { PreflightProblem } from "../postgres/preflight-problem.ts";
import { closeClient } from "../postgres/snapshot.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { BackupRequest } from "./backup/backup-request.ts";
import { finishEarlierPoints } from "./backup/finish-earlier-points.ts";
import { isUnsettled, settlePoint } from "./backup/settle-point.ts";
import { takePoint } from "./backup/take-point.ts";
import { lockDatabase } from "./lock-database.ts";
import { recordEvidence } from "./record-evidence.ts";
import { typedError } from "./typed-error.ts";

export interface BackupResult {
  readonly manifest: Manifest;
  /** From the first connection until the manifest stood. */
  readonly durationSeconds: number;
  /** Compressed and encrypted, as stored. */
  readonly storedBytes: number;
  readonly plainBytes: number;
  /** What the preflight found that did not stop the backup. */
  readonly warnings: readonly PreflightProblem[];
}

/**
 * Takes one recovery point: snapshot, schema, rows, manifest. The point exists once its manifest does; a run that
 * ends before that leaves nothing that is ever listed. Success and failure both leave evidence.
 *
 * @throws HoldfastError BACKUP_RUNNING, SOURCE_NOT_READABLE, SCHEMA_CHANGING, POINT_UNSETTLED (the one that leaves a
 * point), and those of the database, the keys and the store
 */
export async function backup(request: BackupRequest): Promise<BackupResult> {
  try {
    return await backUpLocked(request);
  } catch (cause) {
    const error = typedError(cause, `The backup of ${request.project.name}`, request.signal);
    // The point stands: its evidence is that of a success, and still to be written.
    if (isUnsettled(error)) throw error;
    await recordEvidence(request.vault, "backup", request.project.name, {
      verdict: "FAIL",
      tier: request.tier,
      error,
    });
    throw error;
  }
}

/** Everything of a backup that must not happen twice at a time for one database. */
async function backUpLocked(request: BackupRequest): Promise<BackupResult> {
  const { address, project, vault } = request;
  const startedAt = vault.clock();
  const rule = findTier(project, request.tier);
  const guard = await connect(address, { applicationName: "holdfast backup" });
  try {
    await lockDatabase(guard, "backup");
    const tools = await findTools(await serverMajor(guard));
    const earlier = await finishEarlierPoints(vault, project);
    const { manifest, warnings } = await takePoint(request, { tools, rule, guard });
    const result = summarize(manifest, startedAt, vault.clock());
    await settlePoint(vault, manifest, { lockMode: rule.lockMode, durationSeconds: result.durationSeconds });
    return { ...result, warnings: [...earlier, ...warnings] };
  } finally {
    await closeClient(guard);
  }
}

async function serverMajor(client: Awaited<ReturnType<typeof connect>>): Promise<number> {
  const reply = await client.query<{ number: string }>(
    "SELECT pg_catalog.current_setting('server_version_num') AS number",
  );
  return Math.floor(Number(reply.rows[0]?.number ?? 0) / 10_000);
}

function summarize(manifest: Manifest, startedAt: Date, endedAt: Date): Omit<BackupResult, "warnings"> {
  return {
    manifest,
    durationSeconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    storedBytes: manifest.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    plainBytes: manifest.chunks.reduce((sum, chunk) => sum + chunk.plainBytes, 0),
  };
}
