import type pg from "pg";
import { filterStatements } from "../../postgres/filter-statements.ts";
import { streamStatements } from "../../postgres/split-statements.ts";
import { readChunk } from "../read-chunk.ts";
import type { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";
import type { RestorePlan } from "./restore-plan.ts";
import { listDropped } from "./restore-pre-data.ts";
import { runStatement, type StatementRunner } from "./statement-runner.ts";

/** What pg_dump wraps around the content of large objects; here a transaction ends with its line in the journal. */
const TRANSACTION = /^(?:BEGIN|COMMIT);?\s*$/;
const CONTENT = /^SELECT pg_catalog\.(lo_open|lo_create|lowrite|lo_close)\(/;
/** Giving away or granting locks each object until the transaction ends, and a server has room for some thousands. */
const STATEMENTS_A_STEP = 1000;

/** Brings back large objects with number, content, owner and grants. */
export async function restoreLargeObjects(
  context: RestoreContext,
  client: pg.Client,
  journal: Journal,
  runner: StatementRunner,
  plan: RestorePlan,
): Promise<void> {
  const chunk = context.manifest.chunks.find(({ kind }) => kind === "large-objects");
  if (chunk === undefined) return;
  await readChunk({
    vault: context.vault,
    manifest: context.manifest,
    chunk,
    signal: context.signal,
    consume: async (plain) => {
      const source = new StatementSteps(streamStatements(plain));
      for (let step = 0; await source.hasMore(); step++) {
        const name = `large objects ${step}`;
        if (journal.has(name)) await source.skip();
        else await journal.once(client, name, () => runAll(client, runner, plan, source.step()));
      }
    },
  });
}

/** Cuts a stream into steps, never while an object is open, nor between a grant and whose it is. */
class StatementSteps {
  readonly #statements: AsyncIterator<string>;
  #next: string | undefined;

  constructor(statements: AsyncIterable<string>) {
    this.#statements = statements[Symbol.asyncIterator]();
  }

  async hasMore(): Promise<boolean> {
    while (this.#next === undefined || TRANSACTION.test(this.#next)) {
      const { done, value } = await this.#statements.next();
      if (done === true) return false;
      this.#next = value;
    }
    return true;
  }

  async *step(): AsyncGenerator<string> {
    let open = false;
    let isAnother = false;
    for (let count = 0; (count < STATEMENTS_A_STEP || open || isAnother) && (await this.hasMore()); count++) {
      const statement = this.#next ?? "";
      this.#next = undefined;
      const call = CONTENT.exec(statement)?.[1];
      if (call !== undefined) open = call !== "lo_close" && (open || call === "lo_open");
      if (/^SET SESSION AUTHORIZATION/.test(statement)) isAnother = !/\sDEFAULT\s*;/.test(statement);
      if (/^RESET SESSION AUTHORIZATION/.test(statement)) isAnother = false;
      yield statement;
    }
  }

  async skip(): Promise<void> {
    for await (const _ of this.step());
  }
}

async function runAll(
  client: pg.Client,
  runner: StatementRunner,
  plan: RestorePlan,
  statements: AsyncIterable<string>,
): Promise<void> {
  let aboutRoles: string[] = [];
  const runThose = async () => {
    const filtered = filterStatements(aboutRoles, plan.filter);
    aboutRoles = [];
    await listDropped(client, runner, filtered);
    for (const statement of filtered.statements) await runner.run(client, statement);
  };
  for await (const statement of statements) {
    if (!CONTENT.test(statement)) aboutRoles.push(statement);
    else {
      if (aboutRoles.length > 0) await runThose();
      await runStatement(client, statement);
    }
  }
  await runThose();
}
