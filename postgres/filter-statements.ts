import pg from "pg";
import type { ResolvedRole } from "./restore-roles.ts";
import { type NamedRole, type RoleUse, statementRoles, summarizeStatement } from "./statement-roles.ts";
import { type StatementTarget, statementVerdict } from "./statement-rules.ts";

export interface FilterTarget extends StatementTarget {
  /** Roles that statements may name, by their name in the backup; see `planRoles`. */
  readonly roles: ReadonlyMap<string, ResolvedRole>;
}

export interface KeptStatement {
  readonly sql: string;
  /** Present: the server may refuse it for this reason; run it under a savepoint and report a refusal. */
  readonly mayFail?: string;
}

export interface DroppedStatement {
  /** The statement in short, without secrets. */
  readonly statement: string;
  /** The whole statement, which may hold secrets: for a person who wants to run it by hand. */
  readonly sql: string;
  readonly role?: string;
  readonly why: string;
}

export interface FilteredStatements {
  readonly statements: readonly KeptStatement[];
  /** What is lost by it; statements that lose nothing on the target are left out without a word. */
  readonly dropped: readonly DroppedStatement[];
}

/**
 * Adapts the statements of a dump to a target: leaves out what names roles that the target cannot have or that the
 * platform does itself, puts mapped roles in the place of others, and marks what the server may refuse. Order stays.
 */
export function filterStatements(
  statements: readonly (string | KeptStatement)[],
  target: FilterTarget,
): FilteredStatements {
  const kept: KeptStatement[] = [];
  const dropped: DroppedStatement[] = [];
  const lostOwners = new Map<string, string[]>();
  let grantor: Grantor | undefined;
  for (const statement of statements) {
    const { sql, mayFail }: KeptStatement = typeof statement === "string" ? { sql: statement } : statement;
    const session = sessionChange(sql, target);
    if (session !== undefined) {
      if (session.keep !== undefined) kept.push({ sql: session.keep });
      grantor = session.grantor;
      continue;
    }
    const outcome = adapt(sql, target);
    if ("sql" in outcome) {
      kept.push(mayFail === undefined ? outcome : { mayFail, ...outcome });
      if (grantor !== undefined) dropped.push({ statement: summarizeStatement(sql), sql, ...grantor });
    } else if (outcome.use === "owner") {
      const ofRole = lostOwners.get(outcome.role ?? "");
      if (ofRole === undefined) lostOwners.set(outcome.role ?? "", [sql]);
      else ofRole.push(sql);
    } else if (!outcome.silent) {
      const role = outcome.role === undefined ? {} : { role: outcome.role };
      dropped.push({ statement: summarizeStatement(sql), sql, why: outcome.why, ...role });
    }
  }
  return { statements: kept, dropped: [...dropped, ...lostOwnership(lostOwners)] };
}

/** A database may have thousands of objects of one owner: one line for each owner says it all. */
function lostOwnership(owners: ReadonlyMap<string, readonly string[]>): DroppedStatement[] {
  return [...owners].map(([role, statements]) => ({
    statement: `ALTER … OWNER TO ${pg.escapeIdentifier(role)} (${statements.length === 1 ? "1 object" : `${statements.length} objects`})`,
    sql: statements.join("\n"),
    role,
    why: "the target does not have the role, or the restoring user may not act as it: the objects belong to the restoring user",
  }));
}

/** Whose grants follow, where the target cannot act as that role: they are given, by the owner instead. */
interface Grantor {
  readonly role: string;
  readonly why: string;
}

/**
 * Between `SET SESSION AUTHORIZATION` and its reset stand grants that someone other than the owner gave. Only a
 * superuser may change the session's user; others can act as roles that they are members of.
 */
function sessionChange(sql: string, target: FilterTarget): { keep?: string; grantor?: Grantor } | undefined {
  const reset = target.superuser ? "RESET SESSION AUTHORIZATION;" : "RESET ROLE;";
  if (/^RESET SESSION AUTHORIZATION\s*;/i.test(sql)) return { keep: reset };
  if (!/^SET SESSION AUTHORIZATION\s/i.test(sql)) return undefined;
  const [named] = statementRoles(sql);
  if (named === undefined) return { keep: reset };
  const resolved = target.roles.get(named.role);
  if (resolved?.name !== undefined && resolved.owner === resolved.name) {
    const quoted = pg.escapeIdentifier(resolved.name);
    return { keep: target.superuser ? `SET SESSION AUTHORIZATION ${quoted};` : `SET ROLE ${quoted};` };
  }
  return {
    grantor: {
      role: named.role,
      why: "granted by the owner instead, since the target cannot act as the role that granted it",
    },
  };
}

interface Refusal {
  readonly why: string;
  readonly role?: string;
  readonly use?: RoleUse;
  readonly silent: boolean;
}

function adapt(sql: string, target: FilterTarget): KeptStatement | Refusal {
  const verdict = statementVerdict(sql, target);
  if (verdict !== undefined && "drop" in verdict) return { why: verdict.drop, silent: verdict.silent };
  const adapted = verdict !== undefined && "replace" in verdict ? verdict.replace : sql;
  const outcome = adaptRoles(adapted, target);
  if (verdict === undefined || !("mayFail" in verdict) || "why" in outcome) return outcome;
  return { ...outcome, mayFail: verdict.mayFail };
}

function adaptRoles(sql: string, target: FilterTarget): KeptStatement | Refusal {
  const roles = statementRoles(sql);
  const refusals = roles.map((role) => refusal(role, target)).filter((refused) => refused !== undefined);
  const [first] = refusals;
  if (first === undefined) return { sql: rename(sql, roles, target) };
  const isPolicy = roles[0]?.use === "policy";
  if (isPolicy && refusals.length < roles.length) return { sql: policyForTheRest(sql, roles, target) };
  // What nobody of that name has need not be taken away.
  return { ...first, silent: first.use === "grantee" && /^REVOKE\s/i.test(sql) };
}

function refusal({ role, use }: NamedRole, target: FilterTarget): Refusal | undefined {
  const resolved = target.roles.get(role);
  if (resolved?.name === undefined)
    return { role, use, why: "the target does not have the role", silent: false };
  const mustAct = use === "owner" || use === "default privileges";
  if (!mustAct || resolved.owner === resolved.name) return undefined;
  return { role, use, why: "the restoring user may not act as the role on the target", silent: false };
}

/** Puts the target's names in the place of the backup's, from the end so that positions stay true. */
function rename(sql: string, roles: readonly NamedRole[], target: FilterTarget): string {
  let result = sql;
  for (const { role, start, end } of roles.toReversed()) {
    const to = target.roles.get(role)?.name ?? role;
    if (to !== role) result = result.slice(0, start) + pg.escapeIdentifier(to) + result.slice(end);
  }
  return result;
}

/** A policy keeps those of its roles that the target has; the others do not exist there to be let in or kept out. */
function policyForTheRest(sql: string, roles: readonly NamedRole[], target: FilterTarget): string {
  const names = roles.map(({ role }) => target.roles.get(role)?.name).filter((role) => role !== undefined);
  const start = roles[0]?.start ?? 0;
  const end = roles.at(-1)?.end ?? 0;
  return (
    sql.slice(0, start) +
    [...new Set(names)].map((role) => pg.escapeIdentifier(role)).join(", ") +
    sql.slice(end)
  );
}
