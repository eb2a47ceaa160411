import assert from "node:assert/strict";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import { pointId } from "../../../plan/point-id.ts";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { markVerified } from "../../../vault/mark-verified.ts";
import type { Vault } from "../../../vault/vault.ts";
import { writeManifest } from "../../../vault/write-manifest.ts";
import { createJobBench } from "../../support/jobs.ts";
import { SCRIPTED_TOKEN } from "../../support/scripted-api.ts";
import { unsealed } from "../../vault/sample-point.ts";
import {
  closeScriptedProjects,
  createScriptedProject,
  type ScriptedProject,
  seconds,
} from "./support/scripted-project.ts";

interface Recorded {
  readonly kind: string;
  readonly project: string;
  readonly body: Readonly<Record<string, unknown>>;
}

async function putPoint(vault: Vault, createdAt: Date, isVerified: boolean): Promise<string> {
  const id = pointId("nightly", createdAt);
  const reference = { project: "shop", tier: "nightly", id } as const;
  const manifest = await writeManifest(vault, {
    ...unsealed(vault, reference, []),
    createdAt: createdAt.toISOString(),
    completedAt: seconds(createdAt, 60).toISOString(),
  });
  if (isVerified) await markVerified(vault, manifest);
  return id;
}

describe("a recovery with a vault", () => {
  let vault: Vault;
  let project: ScriptedProject;

  before(async () => {
    ({ vault } = await createJobBench());
  });

  beforeEach(async () => {
    project = await createScriptedProject();
    await project.addMarker(seconds(project.target, -30));
  });

  afterEach(closeScriptedProjects);

  const records = async () => (await listEvidence(vault)) as Recorded[];

  it("leaves evidence of its success, of its failure and of its refusal, without a secret", async () => {
    await recoverToTime(project.request({ vault }));
    project.onRestore({ rewindTo: "nothing" });
    await recoverToTime(project.request({ vault }));
    await assert.rejects(recoverToTime(project.request({ vault, confirm: "no" })));
    const written = await records();
    assert.deepEqual(
      written.map(({ kind, project: name, body }) => [kind, name, body.verdict, body.state]),
      [
        ["pitr-recovery", "shop", "PASS", "recovered"],
        ["pitr-recovery", "shop", "FAIL", "failed"],
        ["pitr-recovery", "shop", "FAIL", undefined],
      ],
    );
    const [passed, failed, refused] = written.map(({ body }) => body);
    assert.equal(passed?.durationSeconds, 10);
    assert.equal(passed?.target, project.target.toISOString());
    assert.match(JSON.stringify(failed?.reasons), /not rewound/);
    assert.match(JSON.stringify(refused?.error), /"code":"RECOVERY_NOT_CONFIRMED"/);
    assert.doesNotMatch(JSON.stringify(written), new RegExp(SCRIPTED_TOKEN));
  });

  it("ends with its result when the evidence cannot be written, and says so", async () => {
    const broken: Vault = { ...vault, bucket: "no-such-bucket" };
    const outcome = await recoverToTime(project.request({ vault: broken }));
    assert.equal(outcome.verdict, "PASS");
    assert.match(outcome.evidenceProblem ?? "", /no-such-bucket/);
    project.onRestore({ after: "RESTORE_FAILED" });
    const failed = await recoverToTime(project.request({ vault: broken }));
    assert.equal(failed.state, "failed");
    assert.match(failed.fallback?.why ?? "", /could not be listed/);
  });

  it("names the newest verified point from before the damage to fall back to", async () => {
    project.onRestore({ after: "RESTORE_FAILED" });
    const fallback = async () =>
      (await recoverToTime(project.request({ vault, incidentAt: seconds(project.target, 10) }))).fallback;
    assert.match((await fallback())?.why ?? "", /holds no recovery point of shop from before the damage/);

    await putPoint(vault, seconds(project.target, 20), true);
    assert.equal((await fallback())?.point, undefined);

    const unverified = await putPoint(vault, seconds(project.target, -1000), false);
    const better = await fallback();
    assert.equal(better?.point?.id, unverified);
    assert.match(better?.why ?? "", /not verified yet/);

    const verified = await putPoint(vault, seconds(project.target, -5000), true);
    await putPoint(vault, seconds(project.target, -9000), true);
    assert.deepEqual((await fallback())?.point, {
      tier: "nightly",
      id: verified,
      createdAt: seconds(project.target, -5000),
      verified: true,
      lossSeconds: 5010,
    });
  });
});
