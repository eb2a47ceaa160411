import { backup } from "../../jobs/backup.ts";
import type { Progress } from "../../jobs/progress.ts";
import { resolveSecret } from "../../jobs/resolve-secret.ts";
import { restore } from "../../jobs/restore.ts";
import type { Verdict } from "../../jobs/verdict.ts";
import { verify } from "../../jobs/verify.ts";
import type { Clock } from "../../plan/clock.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { TIERS } from "../../plan/tier.ts";
import { connect } from "../../postgres/connect.ts";
import { type DatabaseAddress, parseDatabaseUrl } from "../../postgres/database-url.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Sandbox } from "../sandbox.ts";
import { type AppliedPlan, applyPlan } from "./apply-plan.ts";
import { checkEvidence, type EvidenceSummary } from "./check-evidence.ts";
import { DISASTERS } from "./disasters.ts";
import { judge } from "./judge.ts";
import { leaveMarker, type Rewind, rewindProject, takeCheckpoint } from "./rewind-project.ts";

export interface StoryContext {
  readonly sandbox: Sandbox;
  readonly plan: ProtectionPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  say(text: string): void;
}

/** What was done to one product, with every figure that the verdict rests on. */
export interface Chapter {
  readonly project: string;
  readonly point: string;
  readonly tables: number;
  readonly rows: number;
  readonly sourceBytes: number;
  readonly storedBytes: number;
  readonly backupSeconds: number;
  readonly backupObjectiveSeconds: number;
  readonly disaster: string;
  readonly damagedVerdict: Verdict;
  readonly damagedReasons: readonly string[];
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
  readonly proofVerdict: Verdict;
  readonly checks: number;
  readonly proofReasons: readonly string[];
  readonly notRestored: readonly string[];
  /** From the incident until the restored database was proved. */
  readonly rtoSeconds: number;
  readonly rtoObjectiveSeconds: number;
  /** From the point's snapshot until the incident: what was written then is lost. */
  readonly rpoSeconds: number;
  readonly rpoObjectiveSeconds: number;
  readonly rowsLost: number;
  /** The same disaster undone in the project itself, by its point-in-time recovery. */
  readonly rewind: Rewind;
}

export interface Story {
  /** The plan as a stack: first everything was made, then nothing had to be changed. */
  readonly applied: AppliedPlan;
  readonly appliedAgain: AppliedPlan;
  readonly verdict: Verdict;
  /** Why it is not PASS. */
  readonly reasons: readonly string[];
  readonly chapters: readonly Chapter[];
  readonly evidence: EvidenceSummary;
}

/**
 * The plan is applied as a stack; then, one product after another: back it up, break it, restore and prove it, rewind
 * it; then the evidence of it all is checked.
 */
export async function runStory(context: StoryContext): Promise<Story> {
  const { plan, clock, sandbox, signal, say } = context;
  say("Applying the plan as a stack: compute, point-in-time recovery and TLS of both projects");
  const applied = await applyPlan(sandbox, signal);
  const appliedAgain = await applyPlan(sandbox, signal);
  const token = await resolveSecret(plan.supabase.accessToken, "the access token of Supabase");
  const api = openManagementApi({ token, endpoint: plan.supabase.endpoint, clock });
  const vault = await openVault(
    { ...plan.vault, environment: plan.environment },
    { clock, purpose: "write", readSecret: resolveSecret },
  );
  try {
    const chapters: Chapter[] = [];
    for (const project of plan.projects) chapters.push(await tell(context, { api, vault }, project));
    const evidence = await checkEvidence(vault);
    const facts = { applied, appliedAgain, chapters, evidence };
    return { ...judge(facts), ...facts };
  } finally {
    vault.close();
  }
}

interface Doors {
  readonly api: ManagementApi;
  readonly vault: Vault;
}

async function tell(context: StoryContext, { api, vault }: Doors, project: ProjectPlan): Promise<Chapter> {
  const { plan, clock, progress, signal, say, sandbox } = context;
  const disaster = DISASTERS[project.name];
  if (disaster === undefined) throw new Error(`no disaster is written for ${project.name}`);
  const source = parseDatabaseUrl(await resolveSecret(project.connection, `the URL of ${project.name}`));
  const common = { vault, project, workers: plan.job.workers, progress, signal };
  const tier = TIERS.find((name) => project.tiers[name]?.scope.kind === "full") ?? "emergency";
  const rewinding = { story: context, api, vault, project, ref: project.ref ?? "", source };
  const marker = await leaveMarker(rewinding);
  say(`${project.name}: ${tier} backup`);
  const taken = await backup({ ...common, tier, address: source });
  const { manifest } = taken;
  const point = { ...common, manifest };

  say(
    `${project.name}: ${disaster.rowsAfterBackup} rows arrive, a checkpoint, then the disaster: ${disaster.inWords}`,
  );
  await strike(source, [disaster.afterBackup]);
  const checkpoint = await takeCheckpoint(rewinding, marker);
  await strike(source, disaster.statements);
  const incidentAt = clock().getTime();
  const damaged = await verify({ ...point, target: source, tag: false });

  const name = `${project.name}_restored`;
  const target: DatabaseAddress = parseDatabaseUrl(await sandbox.createEmptyProject(name));
  say(`${project.name}: restore ${manifest.id} into the empty database ${name}`);
  const restored = await restore({ ...point, target, confirm: name });
  say(`${project.name}: prove ${name} against the manifest`);
  const proof = await verify({ ...point, target });
  const rtoSeconds = (clock().getTime() - incidentAt) / 1000;

  say(`${project.name}: recover the project itself to ${checkpoint.at.toISOString()}`);
  const rewind = await rewindProject(rewinding, checkpoint, new Date(incidentAt));

  const reasons = (checks: typeof proof.checks) =>
    checks.filter(({ verdict }) => verdict !== "PASS").map((check) => `${check.name}: ${check.detail}`);
  return {
    project: project.name,
    point: manifest.id,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
    sourceBytes: manifest.source.sizeBytes,
    storedBytes: taken.storedBytes,
    backupSeconds: taken.durationSeconds,
    backupObjectiveSeconds: plan.alerts.thresholds.backupDurationWarningSeconds,
    disaster: disaster.inWords,
    damagedVerdict: damaged.verdict,
    damagedReasons: reasons(damaged.checks),
    restoreSeconds: restored.durationSeconds,
    proofSeconds: proof.durationSeconds,
    proofVerdict: proof.verdict,
    checks: proof.checks.length,
    proofReasons: reasons(proof.checks),
    notRestored: restored.notRestored.map(({ what, why }) => `${what} (${why})`),
    rtoSeconds,
    rtoObjectiveSeconds: project.objectives.rtoSeconds,
    rpoSeconds: (incidentAt - new Date(manifest.createdAt).getTime()) / 1000,
    rpoObjectiveSeconds: project.objectives.rpoSeconds,
    rowsLost: disaster.rowsAfterBackup,
    rewind,
  };
}

async function strike(address: DatabaseAddress, statements: readonly string[]): Promise<void> {
  const client = await connect(address, { applicationName: "holdfast sandbox" });
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
