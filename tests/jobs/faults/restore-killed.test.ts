import assert from "node:assert/strict";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, type JobBench } from "../../support/jobs.ts";
import { PROJECT_VARIABLE, TARGET_VARIABLE, writePlanFile } from "../../support/plan-file.ts";
import { sessionsEnd } from "../../support/point-facts.ts";
import {
  type PassingMessage,
  type PostgresFaultKind,
  type PostgresProxy,
  startPostgresProxy,
} from "../../support/postgres-proxy.ts";
import { runScript, type ScriptRun, startScript } from "../../support/run-script.ts";
import { getPostgres } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";

/** What ends a step of a restore. */
const endsStep = ({ sql }: PassingMessage): boolean => sql === "COMMIT";
const analyzes = ({ sql }: PassingMessage): boolean => sql === "ANALYZE";
/** The last thing that a restore does. */
const removesJournal = ({ sql }: PassingMessage): boolean => sql.startsWith("DROP SCHEMA");
const isCopyData = ({ type }: PassingMessage): boolean => type === "d";

const ROWS = `SELECT (SELECT count(*)::int FROM public.orders) AS orders, (SELECT count(*)::int FROM public.customers) AS customers,
  (SELECT count(*)::int FROM public.audit) AS audit`;

describe("a restore that is killed", () => {
  let bench: JobBench;
  let plan: string;
  let proxy: PostgresProxy;
  before(async () => {
    bench = await createJobBench();
    plan = await writePlanFile(bench.settings, { workers: 1 });
    await bench.backup(await createShop());
    proxy = await startPostgresProxy(await getPostgres());
  });
  after(() => proxy.close());

  /** Runs the restore command; it is killed at the first message that fits. */
  async function run(
    target: string,
    fault?: { kind: PostgresFaultKind; when: (message: PassingMessage) => boolean },
  ): Promise<ScriptRun> {
    const script = await startScript(
      "restore",
      ["--plan", plan, "--target-env", TARGET_VARIABLE, "--confirm", databaseOf(target), "--json"],
      { [PROJECT_VARIABLE]: "unused", [TARGET_VARIABLE]: proxy.through(target) },
    );
    proxy.clear();
    if (fault) proxy.inject({ ...fault, onFault: () => script.kill() });
    const ended = await script.ended;
    assert.ok(ended.signal === "SIGKILL" || ended.exitCode === 0, ended.stdout + ended.stderr);
    await sessionsEnd(target);
    return ended;
  }

  function assertProved({ stdout }: ScriptRun): void {
    const { proof, restored } = JSON.parse(stdout) as {
      proof: { verdict: string; checks: { verdict: string }[] };
      restored: { resumed: boolean };
    };
    assert.equal(
      proof.verdict,
      "PASS",
      JSON.stringify(proof.checks.filter(({ verdict }) => verdict !== "PASS")),
    );
    assert.ok(restored.resumed);
  }

  it("goes on with the same command from any of its steps, and ends equal to its point", async function () {
    this.timeout(300_000);
    const target = await createDatabase();
    let kills = 0;
    let ended = await run(target, { kind: "hold", when: endsStep });
    assert.equal(ended.signal, "SIGKILL", "killed before its first step is committed");
    // Each run is killed when its next step has been committed, and the following one begins after it.
    for (; ended.exitCode !== 0; kills++) ended = await run(target, { kind: "lose-answer", when: endsStep });
    assert.ok(kills > 12, `${kills} kills`);
    assertProved(ended);
    assert.deepEqual(await query(target, ROWS), [{ orders: 3000, customers: 500, audit: 0 }]);
  });

  it("goes on from the middle of a table's rows, and from its last statements", async () => {
    const target = await createDatabase();
    for (const nth of [1, 2]) {
      let met = 0;
      await run(target, { kind: "hold", when: (message) => isCopyData(message) && ++met === nth });
    }
    await run(target, { kind: "hold", when: analyzes });
    await run(target, { kind: "hold", when: removesJournal });
    assertProved(await run(target));
    assert.deepEqual(await query(target, ROWS), [{ orders: 3000, customers: 500, audit: 0 }]);
  });

  it("after its very last statement is never begun again, and can be proved", async () => {
    const target = await createDatabase();
    await run(target, { kind: "lose-answer", when: removesJournal });
    proxy.clear();
    const variables = { [TARGET_VARIABLE]: target };
    const args = ["--plan", plan, "--target-env", TARGET_VARIABLE, "--json"];
    const again = await runScript("restore", [...args, "--confirm", databaseOf(target)], variables);
    assert.equal(again.exitCode, 1);
    const { error } = JSON.parse(again.stdout) as { error: { code: string; hint: string } };
    assert.equal(error.code, "TARGET_NOT_EMPTY");
    assert.match(error.hint, /npm run verify/);
    const proof = await runScript("verify", args, variables);
    assert.equal((JSON.parse(proof.stdout) as { verdict: string }).verdict, "PASS");
  });
});
