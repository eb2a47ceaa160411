import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Marker, writeMarker } from "../../jobs/pitr/marker.ts";
import { recoverToTime } from "../../jobs/pitr/recover-to-time.ts";
import type { Verdict } from "../../jobs/verdict.ts";
import { verify } from "../../jobs/verify.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { runQuery } from "../../supabase/calls/run-query.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { findPoint } from "../../vault/find-point.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import { runScript } from "./run-script.ts";
import type { StoryContext } from "./story-context.ts";

export interface RewindContext {
  readonly story: StoryContext;
  readonly api: ManagementApi;
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly ref: string;
  readonly source: DatabaseAddress;
}

/** A recovery goes by commits, and trusts in marker rows that are older than its target by this. */
const MARKER_AGE_SECONDS = 6;

/** The last good moment, with the recovery point that says exactly what the database held then. */
export interface Checkpoint {
  readonly manifest: Manifest;
  readonly at: Date;
  readonly verdict: Verdict;
  /** What of it did not pass. */
  readonly reasons: readonly string[];
}

const Sheet = z.object({
  verdict: z.enum(["PASS", "FAIL", "PARTIAL"]),
  checkpoint: z.string(),
  reasons: z.array(z.object({ name: z.string(), detail: z.string() })),
});

export interface Rewind {
  /** The whole second that was recovered. */
  readonly target: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** From the request until the project served again and its marker rows had told that it was rewound. */
  readonly seconds: number;
  /** From the target to the incident. */
  readonly lossSeconds: number;
  /** The rewound database against the checkpoint: every row, sequence and object of the catalog. */
  readonly proofVerdict: Verdict;
  readonly proofReasons: readonly string[];
  readonly checks: number;
}

/** Leaves the row that a watch writes from time to time: by it a recovery tells which moment it has brought back. */
export function leaveMarker({ api, ref }: RewindContext): Promise<Marker> {
  return writeMarker((sql) => runQuery(api, ref, sql), { note: "npm start" });
}

/**
 * Takes a checkpoint by the command that goes before a deployment, and waits until the second is over: what comes later
 * is not recovered.
 */
export async function takeCheckpoint(context: RewindContext, marker: Marker): Promise<Checkpoint> {
  const { story, vault, project } = context;
  const { signal, clock } = story;
  const { result } = await runScript(story, "checkpoint", ["--project", project.name]);
  const { verdict, checkpoint, reasons } = Sheet.parse(result);
  const manifest = await readManifest(vault, await findPoint(vault, project.name, checkpoint));
  const earliest = Math.max(clock().getTime(), marker.at.getTime() + MARKER_AGE_SECONDS * 1000);
  const at = new Date(Math.ceil(earliest / 1000) * 1000);
  await sleep(at.getTime() - clock().getTime() + 10, undefined, { signal });
  return { manifest, at, verdict, reasons: reasons.map(({ name, detail }) => `${name}: ${detail}`) };
}

/** Recovers the project in place to the checkpoint's moment, and proves it against the checkpoint. */
export async function rewindProject(
  context: RewindContext,
  { manifest, at }: Checkpoint,
  incidentAt: Date,
): Promise<Rewind> {
  const { story, api, vault, project, ref, source } = context;
  const { plan, clock, signal, progress } = story;
  const outcome = await recoverToTime({
    api,
    ref,
    confirm: ref,
    target: at,
    incidentAt,
    project,
    vault,
    clock,
    progress,
    signal,
  });
  const proof = await verify({
    vault,
    project,
    manifest,
    workers: plan.job.workers,
    progress,
    signal,
    target: source,
    recoveredFromWal: true,
    tag: false,
  });
  return {
    target: at.toISOString(),
    verdict: outcome.verdict,
    reasons: outcome.reasons,
    seconds: outcome.durationSeconds,
    lossSeconds: outcome.lossSeconds,
    proofVerdict: proof.verdict,
    proofReasons: proof.checks
      .filter(({ verdict }) => verdict !== "PASS")
      .map(({ name, detail }) => `${name}: ${detail}`),
    checks: proof.checks.length,
  };
}
