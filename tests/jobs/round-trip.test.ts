import assert from "node:assert/strict";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench } from "../support/jobs.ts";

describe("backup, restore and verify", () => {
  it("brings a small database back and proves it", async () => {
    const bench = await createJobBench();
    const source = await createDatabase();
    await query(
      source,
      "CREATE TABLE public.items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)",
      "INSERT INTO public.items (name) SELECT 'item ' || n FROM generate_series(1, 1000) AS n",
    );
    const { manifest } = await bench.backup(source);
    const target = await createDatabase();
    await bench.restore(manifest, target);
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(
      proof.checks.filter((check) => check.verdict !== "PASS"),
      [],
    );
    assert.equal(proof.verdict, "PASS");
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n, max(id) AS id FROM public.items"), [
      { n: 1000, id: 1000 },
    ]);
  });
});
