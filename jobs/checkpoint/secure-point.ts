import type { Manifest } from "../../vault/manifest.ts";
import { type BackupResult, backup } from "../backup.ts";
import { veilCheck } from "../storage/veil-names.ts";
import { overallVerdict } from "../verdict.ts";
import { verifyVault } from "../verify-vault.ts";
import type { CheckpointRequest } from "./checkpoint-request.ts";
import type { CheckpointPoint } from "./checkpoint-result.ts";
import type { Findings } from "./findings.ts";
import { judgePointData } from "./judge-point-data.ts";
import type { Production } from "./look-at-production.ts";
import { type NamedRestorePoint, nameRestorePoint } from "./name-restore-point.ts";
import type { CheckpointProof } from "./prove-in-database.ts";
import type { DatabaseState } from "./read-state.ts";
import { rehearsePoint } from "./rehearse-point.ts";

/** The point of a checkpoint, and what was proved of it. */
export interface SecuredPoint {
  readonly manifest?: Manifest;
  readonly point?: CheckpointPoint;
  readonly restorePoint?: NamedRestorePoint;
  readonly proof?: CheckpointProof;
}

/** Reasons of a proof that a release engineer reads; all of them are in the proof's own evidence. */
const REASONS = 5;

/** Takes the point, names it at Supabase where that is possible, reads it back, and proves it where that is asked for. */
export async function securePoint(
  request: CheckpointRequest,
  findings: Findings,
  production: Production,
): Promise<SecuredPoint> {
  const { project, dryRun, say } = request;
  const { state } = production;
  if (state === undefined) {
    findings.add("point", "recovery point", "FAIL", "none was taken: the database could not be read");
    return {};
  }
  if (dryRun) return await rehearse(request, findings, production, state);
  say?.(`Taking the checkpoint of ${project.name} into ${request.vault.bucket} …`);
  const taken = await findings.attempt("point", "recovery point", () =>
    backup({ ...request, tier: "checkpoint" }),
  );
  if (taken === undefined) return {};
  const { manifest } = taken;
  const point = describe(taken);
  const inWords = `${point.id}: ${point.tables} tables, ${point.rows} rows`;
  findings.add("point", "recovery point", "PASS", inWords);
  findings.checks.push(...judgePointData(state.tables, manifest));
  const restorePoint = await nameAtSupabase(request, findings, production, manifest.id);
  await readBack(request, findings, manifest);
  const proof = await proveWhereAsked(request, findings, manifest);
  return { manifest, point, ...(restorePoint && { restorePoint }), ...(proof && { proof }) };
}

async function rehearse(
  request: CheckpointRequest,
  findings: Findings,
  production: Production,
  { serverMajor }: DatabaseState,
): Promise<SecuredPoint> {
  const { project, address, workers } = request;
  await findings.attempt("point", "recovery point", () =>
    rehearsePoint({ project, address, workers, serverMajor }),
  );
  const restorePoint = await nameAtSupabase(request, findings, production, undefined);
  findings.notChecked.push("the point, its integrity and its proof: a dry run takes none");
  return restorePoint ? { restorePoint } : {};
}

function describe({ manifest, warnings, ...figures }: BackupResult): CheckpointPoint {
  const { id, createdAt, completedAt, retainUntil, tables, chunks } = manifest;
  return {
    id,
    createdAt,
    completedAt,
    retainUntil,
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    chunks: chunks.length,
    ...figures,
    warnings: warnings.map(({ what, why, fix }) => `${what}: ${why}. ${fix}`),
  };
}

/** @param checkpoint undefined only looks whether the account has restore points */
async function nameAtSupabase(
  { project, vault, signal, restorePointSeconds }: CheckpointRequest,
  findings: Findings,
  { api, apiWhy }: Production,
  checkpoint: string | undefined,
): Promise<NamedRestorePoint | undefined> {
  const { ref, organization } = project;
  if (apiWhy !== undefined) return { entitled: false, detail: apiWhy };
  if (api === undefined || ref === undefined) return undefined;
  const options = { organization, clock: vault.clock, deadlineSeconds: restorePointSeconds, signal };
  // The point in the vault is the checkpoint; what Supabase adds to it blocks no deployment.
  const named = await findings.attempt(
    "restore-point",
    "restore point at Supabase",
    () => nameRestorePoint(api, ref, checkpoint, options),
    { verdict: "PARTIAL" },
  );
  if (named?.status !== undefined) {
    const verdict = named.status === "AVAILABLE" ? "PASS" : "PARTIAL";
    findings.add("restore-point", "restore point at Supabase", verdict, named.detail);
  }
  return named;
}

async function readBack(request: CheckpointRequest, findings: Findings, manifest: Manifest): Promise<void> {
  request.say?.(`Reading ${manifest.id} back to its last byte …`);
  await findings.attempt("integrity", "every chunk read back", async () => {
    const checks = await verifyVault({ ...request, manifest });
    const damaged = checks.filter(({ verdict }) => verdict !== "PASS");
    const details = damaged.slice(0, REASONS).map(({ name, detail }) => `${name}: ${detail}`);
    findings.add(
      "integrity",
      "every chunk read back",
      overallVerdict(checks),
      damaged.length === 0
        ? `${checks.length} of ${checks.length} chunks are as they were sealed`
        : `${damaged.length} of ${checks.length} chunks are damaged: ${details.join("; ")}`,
    );
  });
}

async function proveWhereAsked(
  { project, prove, say }: CheckpointRequest,
  findings: Findings,
  manifest: Manifest,
): Promise<CheckpointProof | undefined> {
  if (prove === undefined) {
    if (project.tiers.checkpoint?.prove === true)
      findings.add(
        "proof",
        "restore and proof",
        "FAIL",
        "the plan asks for it, and nothing was given to prove it by",
      );
    else findings.notChecked.push("a restore of the point: neither the plan nor the caller asks for it");
    return undefined;
  }
  say?.(`Restoring ${manifest.id} and proving it …`);
  const proof = await findings.attempt("proof", "restore and proof", () => prove(manifest));
  if (proof === undefined) return undefined;
  const { verdict, reasons, checks, where } = proof;
  const why = reasons
    .slice(0, REASONS)
    .map(veilCheck)
    .map(({ name, detail }) => `; ${name}${detail === undefined ? "" : `: ${detail}`}`);
  const held = `${checks - reasons.length} of ${checks} checks hold in ${where}`;
  findings.add("proof", "restore and proof", verdict, `${held}${why.join("")}`);
  findings.notChecked.push(...proof.notChecked);
  return proof;
}
