import { HoldfastError } from "../plan/holdfast-error.ts";
import type { ProjectPlan } from "../plan/protection-plan.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { Progress } from "./progress.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { type BucketProof, proveBucket } from "./storage/prove-bucket.ts";
import { veilCheck, veilError } from "./storage/veil-names.ts";
import { typedError } from "./typed-error.ts";
import { overallVerdict } from "./verdict.ts";
import type { VerifyResult } from "./verify.ts";

export interface ProveStorageRequest {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  /** The point whose objects must all be in the mirror; none: only the mirror itself is proved. */
  readonly manifest?: Manifest | undefined;
  /** Read everything instead of the night's part. @default false */
  readonly everything?: boolean | undefined;
  /** Objects read at once, 1 to 256. @default 16 */
  readonly workers?: number | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface StorageProof extends VerifyResult {
  readonly buckets: readonly Omit<BucketProof, "checks" | "notChecked">[];
}

const WORKERS = 16;
const REASONS = 50;

/**
 * Proves that the mirror of a project's buckets can be read: each night another part of it is read back to the last
 * byte, such that everything is read within a third of the bucket's retention; and every object of the point given must
 * be there. Leaves evidence.
 *
 * @throws HoldfastError PLAN_WITHOUT_STORAGE (exit 2), those of the keys and the store; what is missing or damaged is a
 * result, no error
 */
export async function proveStorage(request: ProveStorageRequest): Promise<StorageProof> {
  const { vault, project, manifest } = request;
  const startedAt = vault.clock().getTime();
  requireBuckets(project);
  const proofs = await proveAll(request).catch(async (cause: unknown) => {
    const error = typedError(cause, `The proof of the storage of ${project.name}`, request.signal);
    const veiled = project.storage.reduce<unknown>((one, { bucket }) => veilError(one, bucket), error);
    await tryRecordEvidence(vault, "storage-proof", project.name, { verdict: "FAIL", error: veiled });
    throw error;
  });
  const checks = proofs.flatMap((proof) => proof.checks);
  const result = {
    verdict: overallVerdict(checks),
    checks,
    notChecked: [
      ...proofs.flatMap((proof) => proof.notChecked),
      ...(manifest === undefined ? ["the objects of a recovery point: there is none"] : []),
    ],
    durationSeconds: (vault.clock().getTime() - startedAt) / 1000,
    buckets: proofs.map(({ checks: _, notChecked: __, ...facts }) => facts),
  };
  const evidenceProblem = await tryRecordEvidence(vault, "storage-proof", project.name, {
    verdict: result.verdict,
    ...(manifest && { point: manifest.id }),
    buckets: proofs.map(figures),
    reasons: checks
      .filter((check) => check.verdict !== "PASS")
      .slice(0, REASONS)
      .map(veilCheck),
    durationSeconds: result.durationSeconds,
  });
  return { ...result, ...(evidenceProblem === undefined ? {} : { evidenceProblem }) };
}

function requireBuckets({ name, storage }: ProjectPlan): void {
  if (storage.length > 0) return;
  throw new HoldfastError({
    code: "PLAN_WITHOUT_STORAGE",
    message: `The plan names no buckets of Supabase Storage for ${name}.`,
    hint: "Add them to the plan (storage: [{bucket: NAME}], with storageAccess), or name another project.",
    exitCode: 2,
  });
}

async function proveAll(request: ProveStorageRequest): Promise<BucketProof[]> {
  const { vault, project, everything = false, workers = WORKERS } = request;
  const proofs: BucketProof[] = [];
  for (const { bucket, retain } of project.storage) {
    const place = { vault, project: project.name, bucket };
    proofs.push(await proveBucket({ ...request, place, retainDays: retain.days, everything, workers }));
  }
  return proofs;
}

/** A proof without its names, of which there may be thousands. */
function figures({ bucket, sample, copies, coverage }: BucketProof): Record<string, unknown> {
  const { damaged: _, ...read } = copies ?? {};
  const { names: __, ...covered } = coverage ?? {};
  return { bucket, sample, copies: copies && read, coverage: coverage && covered };
}
