import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { PitrMemory } from "../measure/pitr-memory.ts";
import { readWatchState } from "../watch/watch-state.ts";
import type { CheckpointRequest } from "./checkpoint-request.ts";
import type { Findings } from "./findings.ts";
import { judgeMigrations } from "./judge-migrations.ts";
import { judgeState } from "./judge-state.ts";
import { lookAtWindow, type RecoveryWindowFacts } from "./look-at-window.ts";
import { type DatabaseState, readState } from "./read-state.ts";

/** What production is like before the point is taken. */
export interface Production {
  /** Absent when the database could not be read. */
  readonly state?: DatabaseState;
  readonly window: RecoveryWindowFacts | null;
  readonly windowWhy?: string;
  /** Absent where there is no Supabase project to ask about, or Supabase cannot be asked. */
  readonly api?: ManagementApi;
  /** Why it cannot. */
  readonly apiWhy?: string;
}

/**
 * Reads and judges production: tables, checks, migrations, point-in-time recovery.
 * @throws HoldfastError of a wrong request (exit 2): nothing was done yet
 */
export async function lookAtProduction(request: CheckpointRequest, findings: Findings): Promise<Production> {
  const { project, address, signal, say } = request;
  say?.(`Counting the tables of ${project.name} (${address.database} on ${address.host}) …`);
  const state = await findings.attempt(
    "state",
    "state of the database",
    () => readState(address, project.checks, signal),
    { refuses: true },
  );
  if (state) {
    findings.checks.push(...judgeState(state));
    noteUnnamed(request, findings);
    await judgeNewestMigration(request, state, findings);
  }
  return { ...(state && { state }), ...(await lookAtRecovery(request, findings)) };
}

function noteUnnamed({ project }: CheckpointRequest, { notChecked }: Findings): void {
  const { criticalTables, smoke } = project.checks;
  if (criticalTables.length === 0)
    notChecked.push("critical tables: the plan names none (checks.criticalTables)");
  if (smoke.length === 0) notChecked.push("smoke queries: the plan names none (checks.smoke)");
}

async function judgeNewestMigration(
  { project, migrates = false }: CheckpointRequest,
  { migration }: DatabaseState,
  { checks, notChecked }: Findings,
): Promise<void> {
  const { migrationsDirectory } = project.checks;
  if (migrationsDirectory === undefined) return;
  const judged = await judgeMigrations(migrationsDirectory, migration, migrates);
  if ("notChecked" in judged) notChecked.push(judged.notChecked);
  else checks.push(judged);
}

async function lookAtRecovery(
  request: CheckpointRequest,
  findings: Findings,
): Promise<Omit<Production, "state">> {
  const { project, vault, lagLimitSeconds, signal } = request;
  const { api, apiWhy } = await openApi(request);
  if (apiWhy !== undefined && api === undefined) return { window: null, windowWhy: apiWhy, apiWhy };
  const look = await findings.attempt(
    "recovery-window",
    "point-in-time recovery",
    async () => {
      const previous = await remembered(request);
      return await lookAtWindow(project, { api, lagLimitSeconds, clock: vault.clock, previous, signal });
    },
    { verdict: project.pitr === undefined ? "PARTIAL" : "FAIL" },
  );
  findings.checks.push(...(look?.checks ?? []));
  const why = look ? look.why : "Supabase did not tell";
  return {
    window: look?.window ?? null,
    ...(why !== undefined && { windowWhy: why }),
    ...(api && { api }),
  };
}

/** A plan that declares no point-in-time recovery owes nobody the token to ask for it. */
async function openApi(request: CheckpointRequest): Promise<{ api?: ManagementApi; apiWhy?: string }> {
  const { project, api } = request;
  if (project.kind !== "supabase" || project.ref === undefined || api === undefined) return {};
  try {
    return { api: await api() };
  } catch (error) {
    if (project.pitr !== undefined || !(error instanceof HoldfastError)) throw error;
    return { apiWhy: `Supabase was not asked: ${error.message}` };
  }
}

/** Without the watch, or its state, an idle database cannot be told from an archive that stands still. */
async function remembered({ vault, project }: CheckpointRequest): Promise<PitrMemory | undefined> {
  try {
    return (await readWatchState(vault)).state?.pitr[project.name];
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
