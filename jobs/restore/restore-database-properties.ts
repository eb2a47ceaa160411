import type pg from "pg";
import { forDatabase } from "../../postgres/database-properties.ts";
import { filterStatements } from "../../postgres/filter-statements.ts";
import { splitStatements } from "../../postgres/split-statements.ts";
import { readSmallChunk } from "../read-small-chunk.ts";
import type { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";
import type { RestorePlan } from "./restore-plan.ts";
import { listDropped } from "./restore-pre-data.ts";
import type { StatementRunner } from "./statement-runner.ts";

/**
 * Gives the target database the settings, privileges, connection limit and comment of the source. Last of all: a
 * connection limit would stop the restore's own sessions.
 */
export async function restoreDatabaseProperties(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
): Promise<void> {
  const statements = splitStatements(await readSmallChunk(context.vault, context.manifest, "database"));
  if (statements.length === 0) return;
  const name = client.database ?? "";
  const filtered = filterStatements(
    statements.map((sql) => forDatabase(sql, name)),
    plan.filter,
  );
  await journal.once(client, "database properties", async () => {
    await listDropped(client, runner, filtered);
    for (const statement of filtered.statements) {
      const mayFail = "it needs the database's owner, or a superuser";
      await runner.run(client, { mayFail, ...statement });
    }
  });
}
