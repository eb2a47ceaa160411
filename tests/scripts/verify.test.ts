import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { chunkKey } from "../../vault/layout.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench, type JobBench } from "../support/jobs.ts";
import { PLANNED_PROJECT, TARGET_VARIABLE, writePlanFile } from "../support/plan-file.ts";
import { assertRefused } from "../support/refusals.ts";
import { runScript, type ScriptRun } from "../support/run-script.ts";
import { createShop } from "../support/shop.ts";

interface Proof {
  readonly verdict: string;
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly detail: string }[];
}

describe("npm run verify", () => {
  let bench: JobBench;
  let plan: string;
  let manifest: Manifest;
  let target: string;
  before(async () => {
    bench = await createJobBench();
    plan = await writePlanFile(bench.settings);
    manifest = (await bench.backup(await createShop())).manifest;
    target = await createDatabase();
    await bench.restore(manifest, target);
  });

  const proofOf = (run: ScriptRun): Proof => JSON.parse(run.stdout) as Proof;
  const verify = (...args: string[]) =>
    runScript("verify", ["--plan", plan, "--json", ...args], { [TARGET_VARIABLE]: target });

  it("says which target does not answer, without its password", async () => {
    await assertRefused("verify", ["--plan", plan, "--target-env", TARGET_VARIABLE], {
      code: "DATABASE_UNREACHABLE",
      exitCode: 1,
      variables: { [TARGET_VARIABLE]: "postgresql://someone:secretpw@127.0.0.1:1/db" },
      secrets: ["secretpw"],
    });
  });

  it("proves a restored database and marks its point as verified", async () => {
    const run = await verify("--target-env", TARGET_VARIABLE);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(proofOf(run).verdict, "PASS");
    const points = await runScript("points", ["--plan", plan, "--json"]);
    const [point] = (JSON.parse(points.stdout) as { points: { id: string; verifiedAt?: string }[] }).points;
    assert.equal(point?.id, manifest.id);
    assert.ok(point?.verifiedAt);
    const verified = await verify("--point", "latest-verified");
    assert.equal(verified.exitCode, 0, verified.stdout);
  });

  it("ends with 3 and names what differs when the database is not the point", async () => {
    await query(
      target,
      "UPDATE customers SET email = 'changed@example.org' WHERE id = 7",
      "DELETE FROM baskets WHERE id = 1",
      "DROP TRIGGER note_order ON orders",
      "SELECT setval('customers_id_seq', 3)",
    );
    const run = await verify("--target-env", TARGET_VARIABLE);
    assert.equal(run.exitCode, 3, run.stderr);
    const failed = proofOf(run).checks.filter((check) => check.verdict === "FAIL");
    for (const name of ["customers", "baskets", "note_order", "customers_id_seq"])
      assert.ok(
        failed.some((check) => check.name.includes(name)),
        `${name} in ${JSON.stringify(failed)}`,
      );
  });

  it("without a target reads a point to its last byte, and ends with 3 when a chunk is damaged", async () => {
    const whole = await verify("--point", manifest.id);
    assert.deepEqual([whole.exitCode, proofOf(whole).verdict], [0, "PASS"]);
    const [chunk] = manifest.chunks;
    assert.ok(chunk);
    const Key = chunkKey(PLANNED_PROJECT, manifest.tier, manifest.id, chunk.path);
    await bench.vault.s3.send(
      new PutObjectCommand({ Bucket: bench.vault.bucket, Key, Body: Buffer.from("x") }),
    );
    const run = await verify();
    assert.equal(run.exitCode, 3);
    const failed = proofOf(run).checks.filter((check) => check.verdict === "FAIL");
    assert.equal(failed.length, 1);
    assert.ok(failed[0]?.name.includes(chunk.path));
  });
});
