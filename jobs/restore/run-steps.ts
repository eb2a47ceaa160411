import type pg from "pg";
import type { KeptStatement } from "../../postgres/filter-statements.ts";
import type { Journal } from "./journal.ts";
import type { StatementRunner } from "./statement-runner.ts";

/** Statements that commit together: one round trip of journaling for many. */
const STATEMENTS_A_STEP = 100;

const CHANGES_SESSION = /^(?:SET|RESET)\s|^SELECT pg_catalog\.set_config\(/i;
const BECOMES_ANOTHER = /^SET (?:SESSION AUTHORIZATION|ROLE)\s/i;
const BECOMES_ITSELF = /^(?:SET SESSION AUTHORIZATION DEFAULT|RESET (?:SESSION AUTHORIZATION|ROLE))/i;

/**
 * Runs statements in order, so many in one transaction with their line in the journal. A continued restore repeats of
 * the steps that are done only what they changed in the session.
 */
export async function runSteps(
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  step: { readonly name: string; readonly statements: readonly KeptStatement[]; readonly size?: number },
): Promise<void> {
  for (const [index, statements] of cutIntoSteps(step.statements, step.size).entries()) {
    const name = `${step.name} ${index}`;
    if (journal.has(name)) {
      for (const { sql } of statements) if (CHANGES_SESSION.test(sql)) await client.query(sql);
      continue;
    }
    await journal.once(client, name, async () => {
      for (const statement of statements) await runner.run(client, statement);
    });
  }
}

/** Never cuts between a statement that makes the session another role's and the one that ends that. */
function cutIntoSteps(statements: readonly KeptStatement[], size = STATEMENTS_A_STEP): KeptStatement[][] {
  const steps: KeptStatement[][] = [];
  let step: KeptStatement[] = [];
  let isAnother = false;
  for (const statement of statements) {
    step.push(statement);
    if (BECOMES_ITSELF.test(statement.sql)) isAnother = false;
    else if (BECOMES_ANOTHER.test(statement.sql)) isAnother = true;
    if (step.length < size || isAnother) continue;
    steps.push(step);
    step = [];
  }
  return step.length === 0 ? steps : [...steps, step];
}
