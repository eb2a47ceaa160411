import assert from "node:assert/strict";
import { findPoint } from "../../../vault/find-point.ts";
import { createDrillBench } from "../../drills/support/drill-bench.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE } from "../../support/plan-file.ts";
import { runScript } from "../../support/run-script.ts";
import { CHECKS, createCheckedDatabase } from "./support/checkpoint-bench.ts";

describe("a checkpoint that the plan wants proved", () => {
  it("is restored by a drill, which leaves nothing, and whose time is the next estimate", async () => {
    const drills = await createDrillBench();
    const plan = await drills.planFile({
      project: { checks: CHECKS, tiers: { nightly: {}, checkpoint: { prove: true } } },
    });
    const { exitCode, stdout, stderr } = await runScript("checkpoint", ["--plan", plan, "--json"], {
      ...drills.variables,
      [PROJECT_VARIABLE]: await createCheckedDatabase(),
    });
    assert.equal(exitCode, 0, stdout + stderr);
    const { checkpoint, proof, estimate, verdict } = JSON.parse(stdout);
    assert.deepEqual([verdict, proof.verdict], ["PASS", "PASS"]);
    const [drill] = await drills.evidence();
    assert.deepEqual([drill?.point, drill?.drill], [checkpoint, "staging-restore"]);
    // The plan's schedule still owes its drill, with the newest point.
    assert.deepEqual([drill?.isNewest, drill?.rpoSeconds], [false, undefined]);
    const listed = JSON.parse((await drills.run(plan, ["--list", "--json"])).stdout).drills;
    assert.ok(listed.length > 0 && listed.every(({ last }: { last?: unknown }) => last === undefined));
    assert.equal(proof.where, `the stack ${drill?.stack}`);
    assert.deepEqual(
      estimate.from.map(({ point, rtoSeconds }: Record<string, unknown>) => [point, rtoSeconds]),
      [[checkpoint, drill?.rtoSeconds]],
    );
    assert.ok((await findPoint(drills.bench.vault, PLANNED_PROJECT, checkpoint)).verifiedAt);
    assert.deepEqual([drills.stacks(), await drills.remains()], [[], []]);
  });
});
