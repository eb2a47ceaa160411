import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { KeptStatement } from "../../postgres/filter-statements.ts";
import { sqlTokens } from "../../postgres/sql-tokens.ts";
import { summarizeStatement } from "../../postgres/statement-roles.ts";
import type { Journal } from "./journal.ts";
import type { NotRestored } from "./not-restored.ts";

/** Something that a statement names does not exist: table, column, type, function, schema, collation, role … */
const ABSENT = /^(?:42P01|42703|42704|42883|3F000|42P17)$/;

/** The server's own trouble (shutdown, crash, disk, memory): it says nothing about the statement. */
const SERVER_TROUBLE = /^(?:08|53|57|58(?!P01))/;
/** Trouble that took the connection with it. */
const CONNECTION_LOST = /^(?:08|57P0[1-5])/;

export interface StatementRunnerOptions {
  /** The point holds single tables: what needs anything else of its database is left out and listed. */
  readonly partial: boolean;
  /** The restoring user may do anything. */
  readonly superuser: boolean;
}

/**
 * Runs statements of the schema inside the caller's transaction. What the target refuses without harm is undone
 * alone and listed; so is what can then no longer be made, since it needs the refused one. The list outlives the run.
 */
export class StatementRunner {
  readonly #journal: Journal;
  readonly #options: StatementRunnerOptions;

  constructor(journal: Journal, options: StatementRunnerOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /** Everything that this restore, also before it was continued, could not bring back. */
  get notRestored(): readonly NotRestored[] {
    return this.#journal.notes("not restored").map((note) => JSON.parse(note) as NotRestored);
  }

  /** Lists something, in the caller's transaction. */
  async leaveOut(client: pg.Client, what: NotRestored): Promise<void> {
    await this.#journal.note(client, "not restored", JSON.stringify(what));
  }

  /**
   * @throws HoldfastError STATEMENT_FAILED naming the statement's beginning and the server's answer; other errors
   * (a lost connection) as they are
   */
  async run(client: pg.Client, statement: KeptStatement): Promise<void> {
    const { partial, superuser } = this.#options;
    if (!superuser && GIVES_AWAY.test(statement.sql)) return await this.#giveAway(client, statement);
    const isConsequence = partial || this.#journal.notes("not restored").length > 0;
    if (statement.mayFail === undefined && !isConsequence) return await runStatement(client, statement.sql);
    const error = await attempt(client, [statement.sql]);
    if (error === undefined) return;
    const why = this.#acceptable(statement, error.cause);
    if (why === undefined) throw statementFailed(error.cause, statement.sql);
    await this.leaveOut(client, { what: summarizeStatement(statement.sql), why });
  }

  /**
   * Changes an owner. Who is no superuser can do so only when the new owner may make objects in the schema: that
   * right is lent for this statement.
   */
  async #giveAway(client: pg.Client, { sql, mayFail }: KeptStatement): Promise<void> {
    let error = await attempt(client, [sql]);
    const [schema, role] = [schemaOf(sql), GIVES_AWAY.exec(sql)?.[1]];
    if (error !== undefined && schema !== undefined && isPrivilegeMissing(error.cause)) {
      const lend = `GRANT CREATE ON SCHEMA ${schema} TO ${role}`;
      error = await attempt(client, [lend, sql, `REVOKE CREATE ON SCHEMA ${schema} FROM ${role}`]);
    }
    if (error === undefined) return;
    if (!(error.cause instanceof pg.DatabaseError)) throw error.cause;
    const why = mayFail ?? "the object stays with the restoring user";
    await this.leaveOut(client, { what: summarizeStatement(sql), why: `${why} (${error.cause.message})` });
  }

  #acceptable(statement: KeptStatement, error: unknown): string | undefined {
    if (!(error instanceof pg.DatabaseError) || SERVER_TROUBLE.test(error.code ?? "")) return undefined;
    if (statement.mayFail !== undefined) return `${statement.mayFail} (${error.message})`;
    if (!ABSENT.test(error.code ?? "")) return undefined;
    const needs = this.#options.partial
      ? "it needs something that is not part of this point"
      : "it needs something that could not be restored";
    return `${needs} (${error.message})`;
  }
}

/** `ALTER … OWNER TO role;`, the role as written. */
const GIVES_AWAY = /^ALTER [\s\S]*\sOWNER TO ("(?:[^"]|"")+"|[^\s";]+)\s*;?$/;

/** The schema of the first qualified name in a statement, as written. */
function schemaOf(sql: string): string | undefined {
  const tokens = sqlTokens(sql, 64);
  const dot = tokens.findIndex(({ text }) => text === ".");
  return dot < 1 ? undefined : tokens[dot - 1]?.text;
}

function isPrivilegeMissing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "42501";
}

/** Runs statements that are undone together when the server refuses one; returns what it said. */
async function attempt(
  client: pg.Client,
  statements: readonly string[],
): Promise<{ readonly cause: unknown } | undefined> {
  await client.query("SAVEPOINT may_fail");
  try {
    for (const sql of statements) await client.query(sql);
    await client.query("RELEASE SAVEPOINT may_fail");
    return undefined;
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause;
    await client.query("ROLLBACK TO SAVEPOINT may_fail");
    return { cause };
  }
}

/**
 * Runs one statement that must not fail.
 *
 * @throws HoldfastError STATEMENT_FAILED; other errors (a lost connection) as they are
 */
export async function runStatement(client: pg.Client, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw statementFailed(error, sql);
  }
}

function statementFailed(error: unknown, sql: string): unknown {
  if (!(error instanceof pg.DatabaseError) || CONNECTION_LOST.test(error.code ?? "")) return error;
  return new HoldfastError({
    code: "STATEMENT_FAILED",
    message: `The target refused a statement of the schema: ${error.message} (SQLSTATE ${error.code}). Statement: ${summarizeStatement(sql)}`,
    hint: hintFor(error.code),
    cause: error,
  });
}

function hintFor(code: string | undefined): string {
  switch (code) {
    case "42501":
      return "The restoring role lacks a privilege: restore as the role that owns the database (on Supabase: postgres), then run the same command again; it goes on from here.";
    case "0A000":
    case "58P01":
      return "An extension of the source is not installed on the target's server: install it, then run the same command again; it goes on from here.";
    case "53100":
      return "The target's disk is full: enlarge it, then run the same command again; it goes on from here.";
    case "53200":
      return "The target's server ran out of shared memory: raise max_locks_per_transaction, restart it, then run the same command again; it goes on from here.";
    default:
      return "Mend what the server names, then run the same command again; it goes on from here.";
  }
}
