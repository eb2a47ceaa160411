import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { PreflightProblem } from "../../postgres/preflight-problem.ts";
import { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { lastEvidenceSequence, readEvidence } from "../../vault/evidence/list-evidence.ts";
import { manifestKey, type PointReference } from "../../vault/layout.ts";
import { listPoints } from "../../vault/list-points.ts";
import { type Manifest, parseManifest } from "../../vault/manifest.ts";
import { readObject } from "../../vault/read-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { MAXIMUM_MANIFEST_BYTES } from "../../vault/write-manifest.ts";
import { settlePoint } from "./settle-point.ts";

const DAY_MILLISECONDS = 86_400_000;
/** A project that is backed up once a week finds last week's run. */
const LOOK_BACK_DAYS = 8;
const RECORDS_AT_ONCE = 16;

/**
 * A run that died right after its manifest left a point whose chunks are locked for a day only and which no evidence
 * tells of: this run settles it. A point that cannot be settled stops nothing.
 *
 * @returns a warning for each of those
 */
export async function finishEarlierPoints(
  vault: Vault,
  project: ProjectPlan,
): Promise<readonly PreflightProblem[]> {
  const since = new Date(vault.clock().getTime() - LOOK_BACK_DAYS * DAY_MILLISECONDS);
  const recent = (await listPoints(vault, project.name)).filter(({ createdAt }) => createdAt >= since);
  if (recent.length === 0) return [];
  const settled = await recordedPoints(vault, project.name, since);
  const warnings: PreflightProblem[] = [];
  for (const point of recent.filter(({ id }) => !settled.has(id))) {
    try {
      const manifest = await readUnproved(vault, point);
      await settlePoint(vault, manifest, {
        lockMode: project.tiers[point.tier]?.lockMode,
        durationSeconds: (Date.parse(manifest.completedAt) - Date.parse(manifest.createdAt)) / 1000,
        late: true,
      });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      warnings.push({
        what: `earlier point ${point.id}`,
        why: `it could not be completed: ${error.message}`,
        fix: error.hint,
        blocking: false,
      });
    }
  }
  return warnings;
}

/** Longer locks need no proof, and a host that only writes may have no key that opens the seal. */
async function readUnproved(vault: Vault, { project, tier, id }: PointReference): Promise<Manifest> {
  const key = manifestKey(project, tier, id);
  const bytes = await readObject(vault, key, { maximumBytes: MAXIMUM_MANIFEST_BYTES });
  try {
    return parseManifest(JSON.parse(bytes.toString("utf8")), key);
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError({
      code: "MANIFEST_DAMAGED",
      message: `${key} is not JSON.`,
      hint: "Restore the object's previous version in the bucket.",
      cause,
    });
  }
}

/** Points whose success is on record. Read from the newest record back, as far as points are looked at. */
async function recordedPoints(vault: Vault, project: string, since: Date): Promise<Set<unknown>> {
  const found = new Set<unknown>();
  for (let last = await lastEvidenceSequence(vault); last > 0; last -= RECORDS_AT_ONCE) {
    const count = Math.min(RECORDS_AT_ONCE, last);
    const sequences = Array.from({ length: count }, (_, index) => last - index);
    const records = await Promise.all(sequences.map((sequence) => readEvidence(vault, sequence)));
    const read = records.map((record) => EvidenceRecord.safeParse(record).data);
    for (const record of read) {
      if (record?.kind !== "backup" || record.project !== project) continue;
      const { verdict, point } = record.body;
      if (verdict === "PASS") found.add(point);
    }
    if (read.some((record) => record !== undefined && new Date(record.at) < since)) break;
  }
  return found;
}
