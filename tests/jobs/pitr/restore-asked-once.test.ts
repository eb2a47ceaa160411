import assert from "node:assert/strict";
import type { PitrBegun } from "../../../jobs/pitr/pitr-begun.ts";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import {
  closeScriptedProjects,
  createScriptedProject,
  refusal,
  type ScriptedProject,
  seconds,
} from "./support/scripted-project.ts";

const INTERRUPTED = new HoldfastError({ code: "INTERRUPTED", message: "interrupted", hint: "run it again" });

/** Begins a recovery and ends it at a moment, as a kill would; gives what the caller's journal then holds. */
async function interrupted(
  project: ScriptedProject,
  when: (moment: "asking" | "accepted" | string) => boolean,
): Promise<PitrBegun> {
  const stop = new AbortController();
  const kept: PitrBegun[] = [];
  const stopWhen = (moment: string) => {
    if (when(moment)) stop.abort(INTERRUPTED);
  };
  await assert.rejects(
    recoverToTime(
      project.request({
        signal: stop.signal,
        onState: stopWhen,
        onBegun: async (begun) => {
          kept.push(JSON.parse(JSON.stringify(begun)));
          stopWhen(begun.acceptedAt ? "accepted" : "asking");
        },
      }),
    ),
    (error) => error === INTERRUPTED,
  );
  const last = kept.at(-1);
  assert.ok(last);
  return last;
}

describe("a restore", () => {
  let project: ScriptedProject;

  beforeEach(async () => {
    project = await createScriptedProject();
    await project.addMarker(seconds(project.target, -30));
  });

  afterEach(closeScriptedProjects);

  it("is asked for once when the answer is lost after its effect", async () => {
    project.onRestore({ answers: ["reset"] });
    const outcome = await recoverToTime(project.request());
    assert.deepEqual([outcome.verdict, outcome.state], ["PASS", "recovered"]);
    assert.equal(project.restores(), 1);
    assert.equal(outcome.startedAt, undefined);
  });

  for (const status of [200, 202]) {
    it(`is followed, and asked for once, when it is answered by ${status} where 201 is documented`, async () => {
      project.onRestore({ answers: [{ status, json: {} }] });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["PASS", "recovered"]);
      assert.equal(project.restores(), 1);
    });
  }

  it("is asked for once when the answer is lost and it was quicker than the looks", async () => {
    project.onRestore({ answers: ["reset"], during: [] });
    assert.equal((await recoverToTime(project.request())).verdict, "PASS");
    assert.equal(project.restores(), 1);
  });

  it("is asked for again only when the answer was lost and it provably did not happen", async () => {
    let asked = 0;
    project.api.on("POST", "/v1/projects/{ref}/database/backups/restore-pitr", () => {
      asked += 1;
      project.onRestore({});
      return { status: 502, empty: true };
    });
    const outcome = await recoverToTime(project.request());
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(asked, 1);
    assert.equal(project.restores(), 2);
    assert.ok(outcome.startedAt);
  });

  it("is followed when its answer was lost, it began late, and a second one is refused for that", async () => {
    const route = "/v1/projects/{ref}/database/backups/restore-pitr";
    project.api.on("POST", route, "reset", () => {
      project.state("RESTORING", "RESTORING", "ACTIVE_HEALTHY");
      project.whenBack();
      return refusal("Failed to check for major version of database. Database appears to be unreachable");
    });
    const outcome = await recoverToTime(project.request());
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(project.restores(), 2);
  });

  it("is refused when its answer was lost, and a second one is refused and none began", async () => {
    const route = "/v1/projects/{ref}/database/backups/restore-pitr";
    project.api.on("POST", route, "reset", refusal("Something is wrong with this project"));
    const outcome = await recoverToTime(project.request());
    assert.deepEqual([outcome.verdict, outcome.state, project.restores()], ["FAIL", "refused", 2]);
    assert.match(outcome.reasons.join(), /Something is wrong with this project/);
  });

  it("is followed, not repeated, by the next call while it is under way", async () => {
    project.onRestore({ during: Array.from({ length: 8 }, () => "RESTORING") });
    const begun = await interrupted(project, (moment) => moment === "RESTORING");
    const outcome = await recoverToTime(project.request({ begun }));
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(project.restores(), 1);
    assert.equal(outcome.requestedAt.toISOString(), begun.requestedAt);
  });

  it("is found done by the next call when it ended in between", async () => {
    const begun = await interrupted(project, (moment) => moment === "accepted");
    for (const _ of ["RESTORING", "RESTORING", "ACTIVE_HEALTHY"])
      await fetch(`${project.api.endpoint}/v1/projects/abcdefghijklmnopqrst`, {
        headers: { authorization: `Bearer ${project.api.token}` },
      });
    const outcome = await recoverToTime(project.request({ begun }));
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(project.restores(), 1);
  });

  it("is asked for by the next call when the first was killed before it could ask", async () => {
    const begun = await interrupted(project, (moment) => moment === "asking");
    assert.equal(project.restores(), 0);
    const outcome = await recoverToTime(project.request({ begun }));
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(project.restores(), 1);
  });

  it("is stuck in the next call too when its deadline has passed meanwhile", async () => {
    project.onRestore({ after: "RESTORING" });
    const begun = await interrupted(project, (moment) => moment === "RESTORING");
    project.time.advance(3600);
    const outcome = await recoverToTime(project.request({ begun }));
    assert.equal(outcome.state, "stuck");
    assert.equal(outcome.durationSeconds, 3600);
  });

  it("is not mixed up with another one, or with a journal that is damaged", async () => {
    const begun = await interrupted(project, (moment) => moment === "accepted");
    const before = project.api.requests.length;
    const others: readonly PitrBegun[] = [
      { ...begun, target: seconds(project.target, -1).toISOString() },
      { ...begun, ref: "bbbbbbbbbbbbbbbbbbbb" },
      { ...begun, requestedAt: "yesterday" },
    ];
    for (const other of others)
      await assert.rejects(recoverToTime(project.request({ begun: other })), {
        code: "RECOVERY_DIFFERS",
        exitCode: 2,
      });
    assert.equal(project.api.requests.length, before);
  });

  it("of a project whose last restore failed is not taken for that failure", async () => {
    project.state("RESTORE_FAILED");
    project.onRestore({ during: ["RESTORE_FAILED", "RESTORE_FAILED", "RESTORING"] });
    const outcome = await recoverToTime(project.request());
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
  });

  it("of a project whose last restore failed fails when it stays that way", async () => {
    project.state("RESTORE_FAILED");
    project.onRestore({ during: [], after: "RESTORE_FAILED", rewindTo: "nothing" });
    const outcome = await recoverToTime(project.request());
    assert.deepEqual([outcome.state, project.restores()], ["failed", 1]);
  });
});
