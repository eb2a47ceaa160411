import assert from "node:assert/strict";
import { measurePitrLag, type PitrMeasurement } from "../../../jobs/pitr/pitr-lag.ts";
import {
  closeScriptedProjects,
  createScriptedProject,
  REF,
  type ScriptedProject,
  seconds,
} from "./support/scripted-project.ts";

const DAY = 86_400;

describe("the lag of point-in-time recovery", () => {
  let project: ScriptedProject;
  let now: Date;

  beforeEach(async () => {
    project = await createScriptedProject();
    now = seconds(project.target, 3600);
  });

  afterEach(closeScriptedProjects);

  const measure = (options: Partial<Parameters<typeof measurePitrLag>[2]> = {}) =>
    measurePitrLag(project.request().api, REF, { clock: () => now, ...options });
  const window = (earliest: number, latest: number) =>
    project.window(seconds(now, earliest), seconds(now, latest));
  const previous = (earliest: number, latest: number): PitrMeasurement => ({
    at: seconds(now, -3600),
    window: { earliest: seconds(now, earliest), latest: seconds(now, latest) },
  });

  it("is the age of the window's end, and exposes nothing while nothing is written", async () => {
    window(-DAY, -7200);
    const lag = await measure({ writtenAt: [seconds(now, -7200), seconds(now, -9000)] });
    assert.deepEqual(
      [lag.enabled, lag.lagSeconds, lag.exposedSeconds, lag.reachSeconds],
      [true, 7200, 0, DAY],
    );
    assert.deepEqual(lag.breaks, []);
  });

  it("exposes what was written after the window's end, by its oldest change", async () => {
    window(-DAY, -300);
    const writtenAt = [seconds(now, -10), seconds(now, -250), seconds(now, -400)];
    assert.equal((await measure({ writtenAt })).exposedSeconds, 250);
  });

  it("takes a change in the window's last second as covered, as the edge is a whole second", async () => {
    window(-DAY, -300);
    assert.equal((await measure({ writtenAt: [seconds(now, -299.5)] })).exposedSeconds, 0);
    assert.equal((await measure({ writtenAt: [seconds(now, -299)] })).exposedSeconds, 299);
  });

  it("is no number without point-in-time recovery, and a break when there was one", async () => {
    project.api.on("GET", "/v1/projects/{ref}/database/backups", {
      json: { region: "eu-west-2", walg_enabled: true, pitr_enabled: false, backups: [] },
    });
    assert.deepEqual(await measure(), { enabled: false, breaks: [] });
    assert.match((await measure({ previous: previous(-DAY, -60) })).breaks.join(), /was switched off/);
  });

  it("finds nothing broken in a window that slides", async () => {
    window(-7 * DAY, -60);
    const lag = await measure({ previous: previous(-7 * DAY - 3600, -3660), windowDays: 7 });
    assert.deepEqual(lag.breaks, []);
    assert.deepEqual(lag.measurement, {
      at: now,
      window: { earliest: seconds(now, -7 * DAY), latest: seconds(now, -60) },
    });
  });

  it("finds nothing broken in a young window, which is short", async () => {
    window(-DAY, -60);
    assert.deepEqual((await measure({ previous: previous(-DAY, -3660), windowDays: 7 })).breaks, []);
  });

  it("finds a window that begins after the end of the one before", async () => {
    window(-600, -60);
    const { breaks } = await measure({ previous: previous(-7 * DAY, -3660), windowDays: 7 });
    assert.match(breaks.join(), /Nothing up to .* can be recovered any more/);
  });

  it("finds a window whose end went back", async () => {
    window(-7 * DAY, -5000);
    assert.match(
      (await measure({ previous: previous(-7 * DAY, -3660) })).breaks.join(),
      /was rewound, or log was lost/,
    );
  });

  it("finds a window that is shorter than what is paid for, by more than a backup's step", async () => {
    window(-5 * DAY, -60);
    const shrunk = { previous: previous(-7 * DAY, -3660), windowDays: 7 };
    assert.match((await measure(shrunk)).breaks.join(), /7 days are paid for/);
    window(-6.5 * DAY, -60);
    assert.deepEqual((await measure(shrunk)).breaks, []);
  });
});
