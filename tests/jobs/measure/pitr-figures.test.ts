import assert from "node:assert/strict";
import { type PitrFigures, pitrFigures } from "../../../jobs/measure/pitr-figures.ts";
import { PitrMemory } from "../../../jobs/measure/pitr-memory.ts";
import { createScriptedWindow, REF, type ScriptedWindow } from "./support/scripted-window.ts";

const EARLIEST = "2026-02-24T05:00:00Z";

describe("the figures of point-in-time recovery", () => {
  let project: ScriptedWindow;
  let figures: PitrFigures;
  let memory: PitrMemory | undefined;

  before(async () => {
    project = await createScriptedWindow();
  });
  beforeEach(() => {
    memory = undefined;
  });
  after(() => project.scripted.close());

  /** One look, remembering through JSON as the watch does. */
  async function look(
    at: string,
    latest: string,
    position: string | undefined,
    earliest = EARLIEST,
  ): Promise<readonly [lag: number | undefined, gap: number | undefined, idle: boolean | undefined]> {
    project.window({ earliest, latest });
    project.position(position);
    figures = await pitrFigures(project.api, REF, {
      clock: () => new Date(at),
      windowDays: 7,
      previous: memory,
    });
    memory = figures.memory && PitrMemory.parse(JSON.parse(JSON.stringify(figures.memory)));
    return [figures.lagSeconds, figures.gapSeconds, figures.isIdle];
  }

  it("are the age of the window's end while changes are written", async () => {
    assert.deepEqual(await look("2026-03-02T12:00:00Z", "2026-03-02T11:58:20Z", "0/1"), [
      100,
      100,
      undefined,
    ]);
    assert.deepEqual(await look("2026-03-02T12:05:00Z", "2026-03-02T12:03:00Z", "0/2"), [120, 120, false]);
    assert.equal(figures.reachSeconds, 6 * 86_400 + 7 * 3_600 + 300);
    assert.deepEqual(figures.breaks, []);
  });

  it("lag nothing while the database rests, however old the window's end becomes", async () => {
    await look("2026-03-02T12:00:00Z", "2026-03-02T11:58:20Z", "0/1");
    await look("2026-03-02T12:05:00Z", "2026-03-02T12:01:00Z", "0/2");
    assert.deepEqual(await look("2026-03-02T12:10:00Z", "2026-03-02T12:01:00Z", "0/2"), [0, 0, true]);
    assert.deepEqual(await look("2026-03-02T22:10:00Z", "2026-03-02T12:01:00Z", "0/2"), [0, 0, true]);
    // The first change after the rest is owed at once, and only since the look before it.
    assert.deepEqual(await look("2026-03-02T22:15:00Z", "2026-03-02T12:01:00Z", "0/3"), [300, 300, false]);
    assert.deepEqual(await look("2026-03-02T22:20:00Z", "2026-03-02T12:01:00Z", "0/4"), [600, 600, false]);
    // Once the window has moved, its end is what counts.
    assert.deepEqual(await look("2026-03-02T22:25:00Z", "2026-03-02T22:12:00Z", "0/5"), [780, 780, false]);
  });

  it("lag when the archive stands still, also when nothing is written after that", async () => {
    await look("2026-03-02T12:00:00Z", "2026-03-02T11:58:20Z", "0/1");
    assert.deepEqual(await look("2026-03-02T12:30:00Z", "2026-03-02T11:58:20Z", "0/2"), [
      1_900,
      1_900,
      false,
    ]);
    // The last change was made after 12:00, which is 100 s after the window's end: it may be that nothing is missing.
    assert.deepEqual((await look("2026-03-02T12:35:00Z", "2026-03-02T11:58:20Z", "0/2"))[2], true);
    assert.deepEqual(await look("2026-03-02T13:05:00Z", "2026-03-02T11:58:20Z", "0/3"), [
      1_800,
      1_800,
      false,
    ]);
    // Changed after 12:35, 2,200 s after the window's end: lost until the archive moves.
    assert.deepEqual(await look("2026-03-02T13:10:00Z", "2026-03-02T11:58:20Z", "0/3"), [
      2_100,
      2_100,
      false,
    ]);
  });

  it("lag, to be on the safe side, when the database does not say where its log ends", async () => {
    assert.deepEqual(await look("2026-03-02T12:00:00Z", "2026-03-02T11:00:00Z", undefined), [
      3_600,
      3_600,
      undefined,
    ]);
    assert.deepEqual((await look("2026-03-02T12:05:00Z", "2026-03-02T11:00:00Z", undefined))[2], undefined);
  });

  it("have a gap where the window begins anew, as long as it should reach over it", async () => {
    await look("2026-03-02T12:00:00Z", "2026-03-02T11:58:00Z", "0/1");
    const begun = "2026-03-02T14:28:00Z";
    assert.equal((await look("2026-03-02T14:30:00Z", "2026-03-02T14:29:00Z", "0/2", begun))[1], 9_000);
    assert.match(figures.breaks.join(), /Nothing up to 2026-03-02T11:58:00.000Z can be recovered any more/);
    // Later, smaller gaps do not hide it.
    await look("2026-03-02T14:35:00Z", "2026-03-02T14:34:00Z", "0/3", "2026-03-02T14:29:30Z");
    assert.deepEqual([figures.gapSeconds, figures.breaks.length], [9_000, 2]);
    assert.equal((await look("2026-03-09T14:27:00Z", "2026-03-09T14:26:00Z", "0/4", begun))[1], 9_000);
    assert.equal((await look("2026-03-09T14:29:00Z", "2026-03-09T14:28:00Z", "0/5", begun))[1], 60);
  });

  it("tell once of a window whose end went back, over the end of a year", async () => {
    await look("2026-12-31T23:58:00Z", "2026-12-31T23:57:00Z", "0/1", "2026-12-25T00:00:00Z");
    const [, gap] = await look("2027-01-01T00:03:00Z", "2026-12-31T22:03:00Z", "0/2", "2026-12-25T00:00:00Z");
    assert.equal(gap, 7_200);
    assert.match(figures.breaks.join(), /it was rewound, or log was lost/);
    await look("2027-01-01T00:08:00Z", "2027-01-01T00:07:00Z", "0/3", "2026-12-25T00:00:00Z");
    assert.deepEqual([figures.gapSeconds, figures.breaks], [60, []]);
  });

  it("say that it is off or has nothing yet, and count what was lost since it was seen last", async () => {
    project.off();
    const question = { clock: () => new Date("2026-03-02T13:00:00Z"), windowDays: 7 };
    assert.deepEqual(await pitrFigures(project.api, REF, question), { enabled: false, breaks: [] });
    await look("2026-03-02T12:00:00Z", "2026-03-02T11:58:00Z", "0/1");
    project.off();
    const off = await pitrFigures(project.api, REF, { ...question, previous: memory });
    assert.deepEqual([off.enabled, off.lagSeconds, off.gapSeconds], [false, undefined, 3_720]);
    assert.deepEqual(off.memory, memory);
    project.window(undefined);
    const young = await pitrFigures(project.api, REF, question);
    assert.deepEqual([young.enabled, young.lagSeconds, young.gapSeconds], [true, undefined, undefined]);
  });
});
