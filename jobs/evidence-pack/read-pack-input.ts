import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../vault/evidence/verify-evidence.ts";
import { listPoints, type Point } from "../../vault/list-points.ts";
import type { Vault } from "../../vault/vault.ts";
import type { PackInput } from "./pack-chapter.ts";

export interface PackRequest {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  readonly since: Date;
  readonly until: Date;
  /** In place of that of the plan's signing key. */
  readonly publicKeyPem?: string | undefined;
}

/**
 * Reads what a pack is made of: evidence, which must be unbroken, and the points of all projects.
 * @throws HoldfastError EVIDENCE_MISSING (exit 2), EVIDENCE_BROKEN (exit 3), STORE_…, BUCKET_UNKNOWN, SIGNING_…, KEY_…
 */
export async function readPackInput({ plan, vault, ...request }: PackRequest): Promise<PackInput> {
  const { until } = request;
  const all = await listEvidence(vault);
  const publicKeyPem = request.publicKeyPem ?? (await vault.signer?.publicKeyPem());
  const records = upTo(all, until, publicKeyPem);
  const points: Point[] = [];
  for (const { name } of plan.projects) points.push(...(await listPoints(vault, name)));
  return { plan, records, points, since: request.since, until, publicKeyPem };
}

/** Clocks of two machines may differ: the chain ends with the last record before the moment, and has all before it. */
function upTo(all: readonly unknown[], until: Date, publicKeyPem: string | undefined): EvidenceRecord[] {
  const { isIntact, problems } = verifyEvidence(all, publicKeyPem);
  const [first] = problems;
  if (!isIntact && all.length > 0) throw broken(first?.sequence ?? 0, first?.problem ?? "");
  const records = all.map((record) => EvidenceRecord.parse(record));
  const end = records.findLastIndex(({ at }) => new Date(at) < until) + 1;
  if (end === 0) throw none(until);
  return records.slice(0, end);
}

function broken(sequence: number, problem: string): HoldfastError {
  return new HoldfastError({
    code: "EVIDENCE_BROKEN",
    message: `The evidence proves nothing as it is: record ${sequence}: ${problem}.`,
    hint: "See all that is wrong with it: npm run evidence -- verify. The bucket keeps the first version of each record.",
    exitCode: 3,
  });
}

function none(until: Date): HoldfastError {
  return new HoldfastError({
    code: "EVIDENCE_MISSING",
    message: `There is no evidence from before ${until.toISOString()}.`,
    hint: "Take a recovery point first, or name a later moment with --until.",
    exitCode: 2,
  });
}
