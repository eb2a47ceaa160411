import assert from "node:assert/strict";
import { awaitArchive, makeMoment, rewindToMoment } from "../../../drills/rewind/rehearse-rewind.ts";
import { REWIND_TIMING } from "../../../drills/rewind/rewind-timing.ts";
import { dropSample, judgeSampleRows, type SampleRow } from "../../../drills/rewind/sample-rows.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { sleep } from "../../../supabase/sleep.ts";
import { createSimulatedProject, type SimulatedProject } from "../../jobs/pitr/support/simulated-project.ts";

const row = (note: string, id = note): SampleRow => ({ id, note, at: new Date("2026-03-01T00:00:00.500Z") });

describe("the sample of a rewind", () => {
  it("passes when each row from before the moment is there as it was, and no other", () => {
    const before = [row("a"), row("b")];
    assert.deepEqual(judgeSampleRows(before, [row("b"), row("a")]), [
      {
        name: "rows written before the moment are there",
        verdict: "PASS",
        detail: "2, each as it was written",
      },
      { name: "rows written after the moment are gone", verdict: "PASS", detail: "none is there" },
    ]);
  });

  it("names each row that is missing, changed or too many, and passes nothing when there were none", () => {
    const found = [row("damaged", "a"), row("after 1")];
    assert.deepEqual(judgeSampleRows([row("a"), row("b")], found), [
      {
        name: "rows written before the moment are there",
        verdict: "FAIL",
        detail:
          '2 of 2 are not as they were: "a" of 2026-03-01T00:00:00.500Z is changed to "damaged" of 2026-03-01T00:00:00.500Z, "b" of 2026-03-01T00:00:00.500Z is missing',
      },
      {
        name: "rows written after the moment are gone",
        verdict: "FAIL",
        detail: '1 are there: "after 1" of 2026-03-01T00:00:00.500Z',
      },
    ]);
    assert.equal(judgeSampleRows([], [])[0]?.verdict, "FAIL");
  });
});

describe("a rewind of a platform that does not do as it says", function () {
  this.timeout(180_000);
  let project: SimulatedProject;
  before(async () => {
    project = await createSimulatedProject();
    // So that a rewind too far stays within the window.
    await sleep(4);
  });

  const requestOf = (api: ManagementApi, archiveSeconds = 20) => ({
    ...{ api, ref: project.ref, run: project.run, clock: () => new Date(), progress: () => undefined },
    project: { name: "shop", objectives: { rtoSeconds: 170, rpoSeconds: 60 } },
    timing: {
      ...REWIND_TIMING,
      ...{ pollSeconds: 0.6, lagPollSeconds: 0.6, settleSeconds: 0.5, startSeconds: 10, servicesSeconds: 10 },
      ...{ ageSeconds: 0.2, archiveSeconds },
    },
  });
  /** Recovers to another second than it was asked for. */
  const wrong = (secondOf: (asked: number) => number): ManagementApi => ({
    endpoint: project.api.endpoint,
    request: (call, options) => {
      const { recovery_time_target_unix: asked } = (call.body ?? {}) as {
        recovery_time_target_unix?: number;
      };
      const body = asked === undefined ? {} : { body: { recovery_time_target_unix: secondOf(asked) } };
      return project.api.request({ ...call, ...body }, options);
    },
  });
  const rehearse = async (secondOf: (asked: number) => number) => {
    await dropSample(project.run);
    const request = requestOf(wrong(secondOf));
    const moment = await makeMoment(request);
    const archive = await awaitArchive(request, moment);
    assert.equal(archive.check.verdict, "PASS", archive.check.detail);
    // The second in which the damage was done is over.
    await sleep(1.1);
    const { checks } = await rewindToMoment(request, moment);
    return { moment, failed: checks.filter(({ verdict }) => verdict === "FAIL") };
  };

  it("fails a rewind that loses rows from before the moment, and names them", async () => {
    const { moment, failed } = await rehearse((asked) => asked - 3);
    assert.deepEqual(
      failed.map(({ name }) => name),
      ["rows written before the moment are there"],
    );
    assert.match(failed[0]?.detail ?? "", /^5 of 5 are not as they were: "before 1" of \S+ is missing, /);
    assert.equal(moment.after.length, 5);
  });

  it("fails a rewind that leaves rows from after the moment, and those damaged since", async () => {
    let late: number | undefined;
    const { failed } = await rehearse(() => {
      late ??= Math.floor(Date.now() / 1000);
      return late;
    });
    const names = failed.map(({ name }) => name);
    assert.ok(names.includes("rows written before the moment are there"), names.join());
    assert.ok(names.includes("rows written after the moment are gone"), names.join());
    const [lost, later] = failed.slice(-2);
    assert.match(
      lost?.detail ?? "",
      /^2 of 5 .*"before 1" of \S+ is missing, "before 2" of \S+ is changed to "damaged"/,
    );
    assert.match(later?.detail ?? "", /^[56] are there: "after 1" of /);
  });

  it("fails an archive that stands still, and says where", async () => {
    const late = { target: new Date(Date.now() + 3_600_000), before: [], after: [] };
    const { check } = await awaitArchive(requestOf(project.api, 0.5), late);
    assert.equal(check.verdict, "FAIL");
    assert.match(check.detail, /^0\.5s after \S+ it reaches \S+Z$/);
  });
});
