import assert from "node:assert/strict";
import { FirstBackup } from "../../../components/jobs/first-backup.ts";
import type { Tier } from "../../../plan/tier.ts";
import { testProject } from "../../support/jobs.ts";
import { recordStack } from "../../support/record-stack.ts";

const WEEKLY = { objectives: { rpo: "7d" }, tiers: { weekly: { schedule: "0 3 * * 0" }, checkpoint: {} } };

describe("FirstBackup", () => {
  const declare = async (project = {}, tier?: Tier) =>
    await recordStack(
      () =>
        new FirstBackup("first", {
          project: testProject(project),
          ...(tier && { tier }),
          plan: '{"environment":"test"}',
          bucketName: "vault",
        }),
    );

  it("runs the backup of the first tier once for the bucket, with no secret in its inputs", async () => {
    const all = await declare(WEEKLY);
    assert.deepEqual(
      all.map(({ name }) => name),
      ["first", "first-backup"],
    );
    const [, backup] = all;
    assert.deepEqual(backup?.inputs, {
      create: "node scripts/backup.ts --plan env:HOLDFAST_PLAN --project shop --tier weekly --json",
      update: ":",
      environment: { HOLDFAST_PLAN: '{"environment":"test"}' },
      triggers: ["shop", "weekly", "vault"],
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    assert.deepEqual(backup.secretInputs, []);
    assert.deepEqual(backup.additionalSecretOutputs, ["stdout", "stderr"]);
    assert.deepEqual([backup.protect, backup.retainOnDelete, backup.parent], [false, false, "first"]);
    assert.equal(backup.customTimeouts.create, "168h");
  });

  it("takes the tier that is asked for, and refuses one that the plan does not declare", async () => {
    const [, backup] = await declare(WEEKLY, "checkpoint");
    assert.deepEqual(backup?.inputs.triggers, ["shop", "checkpoint", "vault"]);
    await assert.rejects(declare(WEEKLY, "nightly"), { code: "TIER_UNKNOWN", exitCode: 2 });
  });
});
