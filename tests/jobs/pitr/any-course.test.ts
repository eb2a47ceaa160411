import assert from "node:assert/strict";
import fc from "fast-check";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import { closeScriptedProjects, createScriptedProject, seconds } from "./support/scripted-project.ts";

/** Where a restore leaves the data, in seconds from the target; markers stand at -30 and 10, the witness near 60. */
const REWINDS = ["nothing", -31, -30, -1, 0, 9, 10, 15] as const;
const isRight = (rewind: (typeof REWINDS)[number]) => rewind !== "nothing" && rewind >= -30 && rewind < 10;

const course = fc.record({
  during: fc.array(
    fc.constantFrom("RESTORING", "COMING_UP", "ACTIVE_UNHEALTHY", "ACTIVE_HEALTHY", "NEW_STATE"),
    {
      maxLength: 6,
    },
  ),
  after: fc.oneof(
    { weight: 5, arbitrary: fc.constant("ACTIVE_HEALTHY") },
    { weight: 1, arbitrary: fc.constantFrom("RESTORE_FAILED", "RESTORING", "NEW_STATE") },
  ),
  rewind: fc.constantFrom(...REWINDS),
  isAnswerLost: fc.boolean(),
  silentFor: fc.nat({ max: 3 }),
});

describe("whatever the course of a recovery", () => {
  afterEach(closeScriptedProjects);

  it("PASS stands for the target's data in a healthy project, and FAIL for anything else", async () => {
    await fc.assert(
      fc.asyncProperty(course, async ({ during, after, rewind, isAnswerLost, silentFor }) => {
        const project = await createScriptedProject();
        for (const at of [-30, 10]) await project.addMarker(seconds(project.target, at));
        project.onRestore({
          during,
          after,
          rewindTo: rewind === "nothing" ? rewind : seconds(project.target, rewind),
          silentFor,
          ...(isAnswerLost && { answers: ["reset"] as const }),
        });
        const outcome = await recoverToTime(project.request({ deadlineSeconds: 240 }));
        const isRecovered = after === "ACTIVE_HEALTHY" && isRight(rewind);
        assert.deepEqual(
          [outcome.verdict, outcome.state === "recovered", outcome.fallback === undefined],
          isRecovered ? ["PASS", true, true] : ["FAIL", false, false],
          outcome.reasons.join("\n"),
        );
        // Only what provably never began may be asked for again.
        const wasAway = [...during, after].some((state) => !state.startsWith("ACTIVE_"));
        if (wasAway || !isAnswerLost) assert.equal(project.restores(), 1);
        await closeScriptedProjects();
      }),
      { numRuns: 12 },
    );
  });
});
