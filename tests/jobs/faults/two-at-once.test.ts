import assert from "node:assert/strict";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { listPoints } from "../../../vault/list-points.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { createShop } from "../../support/shop.ts";

const codeOf = (error: unknown): string => (error instanceof HoldfastError ? error.code : String(error));

/** The outcome of both: `done`, or the code of the refusal. */
async function race(one: Promise<unknown>, other: Promise<unknown>): Promise<string[]> {
  const outcomes = await Promise.allSettled([one, other]);
  return outcomes
    .map((outcome) => (outcome.status === "fulfilled" ? "done" : codeOf(outcome.reason)))
    .toSorted();
}

describe("two at once", function () {
  this.timeout(120_000);
  let bench: JobBench;
  let source: string;
  before(async () => {
    bench = await createJobBench();
    source = await createShop();
  });

  it("backups of one database: one is taken, the other refused, nothing is mixed", async () => {
    const outcomes = await race(bench.backup(source), bench.backup(source));
    assert.deepEqual(outcomes, ["BACKUP_RUNNING", "done"]);
    const points = await listPoints(bench.vault, "shop");
    assert.equal(points.length, 1);
    // The lock ends with its run.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await bench.backup(source);
    assert.equal((await listPoints(bench.vault, "shop")).length, 2);
  });

  it("restores into one target: one is done, the other refused, no row twice", async () => {
    const { manifest } = await createPoint();
    const target = await createDatabase();
    const outcomes = await race(bench.restore(manifest, target), bench.restore(manifest, target));
    assert.deepEqual(outcomes, ["RESTORE_RUNNING", "done"]);
    assert.equal((await query(target, "SELECT count(*)::int AS n FROM orders"))[0]?.n, 3000);
    assert.equal((await bench.verify(manifest, target)).verdict, "PASS");
  });

  it("restores into two targets do not disturb each other", async () => {
    const { manifest } = await createPoint();
    const [one, other] = [await createDatabase(), await createDatabase()];
    assert.deepEqual(await race(bench.restore(manifest, one), bench.restore(manifest, other)), [
      "done",
      "done",
    ]);
    for (const target of [one, other]) assert.equal((await bench.verify(manifest, target)).verdict, "PASS");
  });

  async function createPoint() {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    return await bench.backup(source);
  }
});
