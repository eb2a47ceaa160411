import type pg from "pg";
import { defaultPrivilegeResets } from "../../postgres/default-privilege-resets.ts";
import { type FilteredStatements, filterStatements } from "../../postgres/filter-statements.ts";
import { splitPreData } from "../../postgres/split-pre-data.ts";
import { splitStatements } from "../../postgres/split-statements.ts";
import { readSmallChunk } from "../read-small-chunk.ts";
import { compareLocales } from "./compare-locales.ts";
import { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";
import { keepRestorePlan, type RestorePlan } from "./restore-plan.ts";
import { runSteps } from "./run-steps.ts";
import { runStatement, type StatementRunner } from "./statement-runner.ts";

/** Locks that making one object may take: a table with its identity sequence, its TOAST table and that one's index. */
const LOCKS_AN_OBJECT = 5;
const MAKES_AN_OBJECT = /^CREATE (?:UNLOGGED |FOREIGN )?(?:TABLE|SEQUENCE|VIEW|MATERIALIZED VIEW)\s/;

/**
 * Creates roles and everything that must exist before rows. All in one transaction with the journal, so that a
 * target that refuses something is left as empty as it was, unless that needs more locks than the server has.
 */
export async function restorePreData(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
): Promise<void> {
  const filtered = await readPreData(context, plan);
  const { statements } = splitPreData(filtered.statements);
  const locks = statements.filter(({ sql }) => MAKES_AN_OBJECT.test(sql)).length * LOCKS_AN_OBJECT;
  const begin = async () => {
    await beginRestore(client, journal, runner, plan, filtered);
    for (const note of await compareLocales(client, context.manifest.source))
      await runner.leaveOut(client, note);
  };
  if (locks < plan.locks) {
    await journal.once(client, "pre-data", async () => {
      await begin();
      for (const statement of statements) await runner.run(client, statement);
    });
  } else {
    await journal.once(client, "begin", begin);
    await runSteps(client, journal, runner, { name: "pre-data", statements });
  }
}

/** `FORCE ROW LEVEL SECURITY`, which would bind the restoring user too: after everything else. */
export async function forceRowSecurity(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
): Promise<void> {
  const { last } = splitPreData((await readPreData(context, plan)).statements);
  await runSteps(client, journal, runner, { name: "force row security", statements: last });
}

async function readPreData(context: RestoreContext, plan: RestorePlan): Promise<FilteredStatements> {
  const sql = await readSmallChunk(context.vault, context.manifest, "pre-data");
  return filterStatements(splitStatements(sql), plan.filter);
}

async function beginRestore(
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
  filtered: FilteredStatements,
): Promise<void> {
  await Journal.create(client);
  await keepRestorePlan(plan, client, journal);
  for (const { sql } of plan.roles?.afterwards ?? []) await journal.note(client, "afterwards", sql);
  for (const statement of plan.roles?.statements ?? []) await runner.run(client, statement);
  for (const reset of await defaultPrivilegeResets(client)) await runStatement(client, reset);
  for (const { role, why } of plan.roles?.notRestored ?? [])
    await runner.leaveOut(client, { what: `role ${role}`, why });
  for (const { role, to, why } of plan.roles?.mapped ?? [])
    await runner.leaveOut(client, { what: `role ${role}`, why: `${to} stands for it: ${why}` });
  await listDropped(client, runner, filtered);
}

/** Lists what the statements of a dump lose on this target before any of them runs. */
export async function listDropped(
  client: pg.Client,
  runner: StatementRunner,
  { dropped }: FilteredStatements,
): Promise<void> {
  for (const { statement, why, role } of dropped)
    await runner.leaveOut(client, {
      what: statement,
      why: role === undefined ? why : `${why} (${role})`,
    });
}
