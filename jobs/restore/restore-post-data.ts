import { createHash } from "node:crypto";
import type pg from "pg";
import {
  type FilteredStatements,
  filterStatements,
  type KeptStatement,
} from "../../postgres/filter-statements.ts";
import { groupPostData, type IndexStatement, type PostDataGroups } from "../../postgres/group-post-data.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { splitStatements } from "../../postgres/split-statements.ts";
import { readSmallChunk } from "../read-small-chunk.ts";
import { type LockingItem, runCompatible } from "../run-compatible.ts";
import { BEGIN_POST_DATA, type Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";
import type { RestorePlan } from "./restore-plan.ts";
import { listDropped } from "./restore-pre-data.ts";
import { runSteps } from "./run-steps.ts";
import { runStatement, type StatementRunner } from "./statement-runner.ts";

type Build = LockingItem & { readonly statement: KeptStatement };

/**
 * Builds indexes and keys with all workers at once (the biggest tables first), then runs the rest of the schema in
 * pg_dump's order, checks foreign keys side by side where their tables differ, refreshes materialized views, and
 * leaves event triggers to the end.
 */
export async function restorePostData(
  context: RestoreContext,
  control: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
): Promise<void> {
  const filtered = await readStatements(context, plan, "post-data");
  const additions = await readStatements(context, plan, "platform-additions");
  const groups = groupPostData(filtered.statements);
  await journal.once(control, BEGIN_POST_DATA, async () => {
    await listDropped(control, runner, filtered);
    await listDropped(control, runner, additions);
  });
  const buildAll = (name: string, items: readonly Build[]) =>
    build(context, journal, runner, { name, items, settings: groups.settings });
  const inOrder = (name: string, statements: readonly KeptStatement[]) =>
    runSteps(control, journal, runner, { name, statements });
  await buildAll("build indexes", biggestFirst(context, groups.indexes).map(indexLocks));
  for (const { sql: setting } of groups.settings) await runStatement(control, setting);
  await inOrder("post-data", groups.rest);
  await inOrder("platform additions", additions.statements.map(onPlatform));
  await buildAll("check foreign keys", groups.foreignKeys.map(foreignKeyLocks));
  // A view's owner reads what policies let it read, as it did in the source.
  await control.query("SET row_security = on");
  await inOrder("refresh", groups.refreshes);
  await control.query("SET row_security = off");
  await inOrder("last", groups.last);
}

async function readStatements(
  context: RestoreContext,
  plan: RestorePlan,
  kind: "post-data" | "platform-additions",
): Promise<FilteredStatements> {
  const sql = await readSmallChunk(context.vault, context.manifest, kind);
  return filterStatements(splitStatements(sql), plan.filter);
}

/** Policies and triggers on the platform's own tables; what its owner does not let us add is listed. */
function onPlatform(statement: KeptStatement): KeptStatement {
  return { mayFail: "the platform does not let this role change its tables", ...statement };
}

function indexLocks(statement: IndexStatement): Build {
  const { table, locksTable } = statement;
  return locksTable
    ? { statement, exclusive: [table], shared: [] }
    : { statement, exclusive: [], shared: [table] };
}

/** Both tables are locked; a partitioned one locks partitions we do not know of here, so it runs alone. */
function foreignKeyLocks(statement: PostDataGroups["foreignKeys"][number]): Build {
  const { table, references, partitioned } = statement;
  return { statement, exclusive: [table, references], shared: [], ...(partitioned ? { alone: true } : {}) };
}

async function build(
  context: RestoreContext,
  journal: Journal,
  runner: StatementRunner,
  step: {
    readonly name: string;
    readonly items: readonly Build[];
    readonly settings: PostDataGroups["settings"];
  },
): Promise<void> {
  const { name, items, settings } = step;
  let done = 0;
  await runCompatible({
    items,
    workers: context.workers,
    signal: context.signal,
    open: async () => {
      const client = await context.connectTarget(`holdfast ${name}`);
      for (const { sql } of settings) await runStatement(client, sql);
      return client;
    },
    close: closeClient,
    work: async ({ statement }, client) => {
      await journal.once(client, `${name} ${digest(statement.sql)}`, () => runner.run(client, statement));
      done += 1;
      context.progress({ step: name, done, total: items.length, unit: "items" });
    },
  });
}

function digest(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** The longest builds start first, so that no worker is left alone with one at the end. */
function biggestFirst(context: RestoreContext, indexes: readonly IndexStatement[]): IndexStatement[] {
  const bytes = new Map<string, number>();
  for (const chunk of context.manifest.chunks) {
    const table = chunk.table === undefined ? undefined : context.manifest.tables[chunk.table];
    if (table === undefined) continue;
    const name = `${table.schema}.${table.name}`;
    bytes.set(name, (bytes.get(name) ?? 0) + chunk.plainBytes);
  }
  const size = (index: IndexStatement) => bytes.get(index.table) ?? 0;
  return [...indexes].sort((one, other) => size(other) - size(one));
}
