import { connect } from "../postgres/connect.ts";
import { readCatalog } from "../postgres/read-catalog.ts";
import { runChecks } from "../postgres/run-checks.ts";
import { closeClient, openSnapshot } from "../postgres/snapshot.ts";
import { isReplica } from "../vault/is-replica.ts";
import { markVerified } from "../vault/mark-verified.ts";
import { planTargetRoles } from "./plan-target-roles.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { veilCheck } from "./storage/veil-names.ts";
import { typedError } from "./typed-error.ts";
import { type Check, overallVerdict, type Verdict } from "./verdict.ts";
import { checkMigrations } from "./verify/check-migrations.ts";
import type { ProofContext } from "./verify/proof-context.ts";
import { proveCatalog } from "./verify/prove-catalog.ts";
import { proveLargeObjects } from "./verify/prove-large-objects.ts";
import { proveReferences } from "./verify/prove-references.ts";
import { proveSequences } from "./verify/prove-sequences.ts";
import { proveTables } from "./verify/prove-tables.ts";
import type { VerifyRequest } from "./verify/verify-request.ts";

export interface VerifyResult {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** What no check looked at, so that a PASS is read for what it is. */
  readonly notChecked: readonly string[];
  readonly durationSeconds: number;
  /** Why there is no evidence of this proof; absent when there is. */
  readonly evidenceProblem?: string;
}

/**
 * Proves that a restored database is the point: every row of every table, sequences, large objects, the whole
 * catalog, and the plan's own checks. Leaves evidence; on PASS the point becomes a verified one.
 *
 * @throws HoldfastError those of the database, the keys and the store; a proof that fails is a result, no error
 */
export async function verify(request: VerifyRequest): Promise<VerifyResult> {
  const { vault, manifest } = request;
  const startedAt = vault.clock().getTime();
  const { checks, notChecked } = await prove(request).catch(async (cause: unknown) => {
    const error = typedError(cause, `The proof of ${manifest.id}`, request.signal);
    await tryRecordEvidence(vault, "verify", manifest.project, {
      verdict: "FAIL",
      point: manifest.id,
      tier: manifest.tier,
      error,
    });
    throw error;
  });
  const verdict = overallVerdict(checks);
  const result: VerifyResult = {
    verdict,
    checks,
    notChecked: [...notChecked, ...neverChecked(request)],
    durationSeconds: (vault.clock().getTime() - startedAt) / 1000,
  };
  if (verdict === "PASS" && request.tag !== false && !isReplica(vault)) await markVerified(vault, manifest);
  const evidenceProblem = await tryRecordEvidence(vault, "verify", manifest.project, {
    verdict,
    point: manifest.id,
    tier: manifest.tier,
    seal: manifest.seal,
    checks: checks.length,
    reasons: checks
      .filter((check) => check.verdict !== "PASS")
      .slice(0, 50)
      .map(veilCheck),
    notChecked: result.notChecked,
    durationSeconds: result.durationSeconds,
  });
  return { ...result, ...(evidenceProblem === undefined ? {} : { evidenceProblem }) };
}

/** What was looked at, and what could not be. */
interface Findings {
  readonly checks: readonly Check[];
  readonly notChecked: readonly string[];
}

async function prove(request: VerifyRequest): Promise<Findings> {
  const { manifest, target, vault } = request;
  const { supabase } = manifest.source;
  const snapshot = await openSnapshot(target);
  try {
    const context: ProofContext = {
      ...request,
      snapshot,
      snapshotId: snapshot.id,
      catalog: await readCatalog(snapshot.client, { kind: "full" }, { supabase }),
      roles: await planTargetRoles(vault, manifest, snapshot.client),
    };
    const tables = await proveTables(context);
    const largeObjects = await proveLargeObjects(context);
    const catalog = await proveCatalog(context);
    const plan = await runFindings(request);
    const references = await proveReferences(request);
    return {
      checks: [
        ...[...tables, ...proveSequences(context), ...largeObjects, ...catalog.checks],
        ...[...plan.checks, ...references],
      ],
      notChecked: [...catalog.notChecked, ...plan.notChecked],
    };
  } finally {
    await snapshot.close();
  }
}

/** The plan's own checks, in a session of their own: each runs in a transaction of its own. */
async function runFindings({ manifest, project, target }: VerifyRequest): Promise<Findings> {
  if (project === undefined) return { checks: [], notChecked: [] };
  const { migrationsDirectory } = project.checks;
  const migrations =
    migrationsDirectory === undefined
      ? undefined
      : await checkMigrations(migrationsDirectory, manifest.git.migration);
  const client = await connect(target, { applicationName: "holdfast checks" });
  try {
    const checks = await runChecks(client, project.checks, { pointTakenAt: new Date(manifest.createdAt) });
    if (migrations === undefined) return { checks, notChecked: [] };
    return "notChecked" in migrations
      ? { checks, notChecked: [migrations.notChecked] }
      : { checks: [...checks, migrations], notChecked: [] };
  } finally {
    await closeClient(client);
  }
}

function neverChecked(request: VerifyRequest): string[] {
  const { manifest, project } = request;
  return [
    ...manifest.notIncluded.map(({ what, why }) => `${what}: ${why}`),
    ...(project === undefined || project.checks.smoke.length === 0 ? ["smoke SQL: the plan names none"] : []),
    "page and index structure (pg_amcheck)",
    ...objectsNotChecked(request),
  ];
}

function objectsNotChecked({ manifest, storage }: VerifyRequest): string[] {
  if (manifest.storage === undefined) return ["stored objects: this point does not list them"];
  if (storage === undefined)
    return ["stored objects that the database refers to: no storage of the target is given"];
  return storage.kind === "mirror"
    ? ["bytes of stored objects: npm run verify -- --storage reads them back"]
    : [];
}
