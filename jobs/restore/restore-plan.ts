import type pg from "pg";
import type { FilterTarget } from "../../postgres/filter-statements.ts";
import type { ResolvedRole, RolePlan } from "../../postgres/restore-roles.ts";
import { planTargetRoles } from "../plan-target-roles.ts";
import type { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";

/** What is decided once, before the first statement, and holds for continued restores too. */
export interface RestorePlan {
  /** What the statements of the schema may say on this target. */
  readonly filter: FilterTarget;
  /** Locks that one transaction may hold on the target. */
  readonly locks: number;
  /** Which roles to make first; absent when a continued restore has made them. */
  readonly roles?: RolePlan;
}

type Written = Omit<FilterTarget, "roles"> & {
  readonly roles: readonly (readonly [string, ResolvedRole])[];
  readonly locks: number;
};

/**
 * Decides which of the point's roles the target has, can be given, or must do without. A continued restore goes by
 * the decisions that it began with, whatever has changed on the server since: its steps are the same ones.
 */
export async function makeRestorePlan(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
): Promise<RestorePlan> {
  const [written] = journal.notes("plan");
  if (written !== undefined) {
    const { roles, locks, ...target }: Written = JSON.parse(written);
    return { filter: { ...target, roles: new Map(roles) }, locks };
  }
  const { plan, superuser, serverMajor } = await planTargetRoles(context.vault, context.manifest, client);
  const { supabase } = context.manifest.source;
  return {
    filter: { supabase, superuser, serverMajor, roles: plan.resolved },
    locks: await locksOfATransaction(client),
    roles: plan,
  };
}

/** Keeps the plan in the journal; in the transaction of the first step. */
export async function keepRestorePlan(
  { filter: { roles, ...target }, locks }: RestorePlan,
  client: pg.Client,
  journal: Journal,
): Promise<void> {
  const written: Written = { ...target, roles: [...roles], locks };
  await journal.note(client, "plan", JSON.stringify(written));
}

/** @see https://www.postgresql.org/docs/current/runtime-config-locks.html */
async function locksOfATransaction(client: pg.Client): Promise<number> {
  const reply = await client.query<{ locks: string }>(
    `SELECT (pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8
           * pg_catalog.current_setting('max_connections')::pg_catalog.int8)::pg_catalog.text AS locks`,
  );
  return Number(reply.rows[0]?.locks ?? 0);
}
