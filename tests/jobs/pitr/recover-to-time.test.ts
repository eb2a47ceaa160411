import assert from "node:assert/strict";
import type { PitrBegun } from "../../../jobs/pitr/pitr-begun.ts";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { htmlPage, THROTTLED } from "../../support/scripted-api.ts";
import {
  closeScriptedProjects,
  createScriptedProject,
  REF,
  refusal,
  type ScriptedProject,
  seconds,
} from "./support/scripted-project.ts";

/** A healthy project with a marker from half a minute before the target. */
async function markedProject(): Promise<ScriptedProject> {
  const project = await createScriptedProject();
  await project.addMarker(seconds(project.target, -30));
  return project;
}

describe("recovering to a time", () => {
  afterEach(closeScriptedProjects);

  it("brings the project back to the target, proves it by rows, and tells time and loss", async () => {
    const project = await markedProject();
    await project.addMarker(seconds(project.target, 20));
    const seen: string[] = [];
    const begun: PitrBegun[] = [];
    const outcome = await recoverToTime(
      project.request({
        incidentAt: seconds(project.target, 15),
        onState: (status) => seen.push(status),
        onBegun: async (next) => void begun.push(next),
      }),
    );
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(outcome.state, "recovered");
    assert.deepEqual(outcome.reasons, []);
    assert.deepEqual(seen, ["RESTORING", "ACTIVE_HEALTHY"]);
    assert.deepEqual(await project.markers(), [-30]);
    assert.deepEqual(outcome.provedUpTo, seconds(project.target, -30));
    assert.equal(outcome.lossSeconds, 15);
    assert.equal(outcome.durationSeconds, 10);
    assert.equal(outcome.fallback, undefined);
    assert.equal(project.restores(), 1);
    assert.deepEqual(project.api.requests.find(({ path }) => path.endsWith("restore-pitr"))?.json, {
      recovery_time_target_unix: project.target.getTime() / 1000,
    });
    assert.equal(begun.length, 2);
    assert.equal(begun[0]?.acceptedAt, undefined);
    assert.equal(begun[1]?.acceptedAt, outcome.startedAt?.toISOString());
    assert.deepEqual(JSON.parse(JSON.stringify(outcome.begun)), begun[1]);
  });

  it("recovers to the second that the target lies in", async () => {
    const project = await markedProject();
    const outcome = await recoverToTime(
      project.request({ target: new Date(project.target.getTime() + 999) }),
    );
    assert.deepEqual([outcome.verdict, outcome.target], ["PASS", project.target]);
  });

  it("sees a restore that was quicker than its looks", async () => {
    const project = await markedProject();
    project.onRestore({ during: [] });
    const outcome = await recoverToTime(project.request());
    assert.deepEqual([outcome.verdict, outcome.state, outcome.durationSeconds], ["PASS", "recovered", 0]);
  });

  it("says PARTIAL when no marker is old enough to tell that it was not rewound too far", async () => {
    const project = await createScriptedProject();
    const outcome = await recoverToTime(project.request());
    assert.deepEqual([outcome.verdict, outcome.state], ["PARTIAL", "recovered"]);
    assert.match(outcome.reasons.join(), /no marker is older than the target/);
  });

  it("does not take markers written just before the target for proof of either side", async () => {
    const project = await markedProject();
    await project.addMarker(seconds(project.target, -2));
    project.onRestore({ rewindTo: seconds(project.target, -3) });
    assert.equal((await recoverToTime(project.request())).verdict, "PASS");
  });

  describe("whose end is not what was asked for", () => {
    it("fails when the project is back but was not rewound", async () => {
      const project = await markedProject();
      project.onRestore({ rewindTo: "nothing" });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "failed"]);
      assert.match(
        outcome.reasons.join(),
        /rows written after the target are still there: it was not rewound/,
      );
      assert.match(outcome.fallback?.why ?? "", /Restore the newest verified recovery point/);
      assert.equal(outcome.healthyAt, undefined);
    });

    it("fails when it was rewound, but not far enough", async () => {
      const project = await markedProject();
      await project.addMarker(seconds(project.target, 10));
      project.onRestore({ rewindTo: seconds(project.target, 15) });
      assert.equal((await recoverToTime(project.request())).state, "failed");
    });

    it("fails when it was rewound too far", async () => {
      const project = await markedProject();
      project.onRestore({ rewindTo: seconds(project.target, -31) });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "failed"]);
      assert.match(outcome.reasons.join(), /1 of 1 are missing, .*: rewound too far/);
    });

    it("fails when Supabase says so", async () => {
      const project = await markedProject();
      project.onRestore({ after: "RESTORE_FAILED" });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "failed"]);
      assert.match(outcome.reasons.join(), /is RESTORE_FAILED/);
    });

    it("fails when an accepted restore never begins", async () => {
      const project = await markedProject();
      project.onRestore({ during: [], rewindTo: "nothing" });
      const outcome = await recoverToTime(project.request());
      assert.equal(outcome.state, "failed");
      assert.match(
        outcome.reasons.join(),
        /not seen to leave its state within 2m, and rows .* are still there/,
      );
      assert.equal(project.restores(), 1);
    });

    it("is stuck when it does not come back within the deadline", async () => {
      const project = await markedProject();
      project.onRestore({ after: "RESTORING", rewindTo: "nothing" });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "stuck"]);
      assert.match(outcome.reasons.join(), /is RESTORING 10m after the request/);
      assert.match(outcome.fallback?.why ?? "", /hangs/);
      assert.ok(outcome.durationSeconds >= 595 && outcome.durationSeconds <= 600);
    });

    it("is stuck when it is called healthy and its database stays silent", async () => {
      const project = await markedProject();
      project.onRestore({ silentFor: Number.POSITIVE_INFINITY });
      const outcome = await recoverToTime(project.request({ deadlineSeconds: 120 }));
      assert.equal(outcome.state, "stuck");
      assert.match(
        outcome.reasons.join(),
        /is ACTIVE_HEALTHY 2m after the request, and its database does not answer/,
      );
    });

    it("is refused when Supabase does not take it", async () => {
      const project = await markedProject();
      project.onRestore({
        answers: [
          refusal("Failed to check for major version of database. Database appears to be unreachable"),
        ],
      });
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "refused"]);
      assert.match(outcome.reasons.join(), /Database appears to be unreachable/);
      assert.ok(outcome.fallback);
      assert.equal(project.restores(), 1);
    });

    it("is unproven when the token ends while it is under way", async () => {
      const project = await markedProject();
      const revoked = { status: 401, json: { message: "Unauthorized" } };
      const outcome = await recoverToTime(
        project.request({
          onBegun: async ({ acceptedAt }) => {
            if (acceptedAt) project.api.on("GET", "/v1/projects/{ref}", revoked);
          },
        }),
      );
      assert.deepEqual(
        [outcome.verdict, outcome.state, /no row tells/.test(outcome.fallback?.why ?? "")],
        ["PARTIAL", "unproven", true],
      );
      assert.match(outcome.reasons.join(), /can no longer be followed: .*token/);
    });
  });

  describe("on a project that is slow to answer", () => {
    it("waits until its database answers, however healthy it is called", async () => {
      const project = await markedProject();
      project.onRestore({ silentFor: 4 });
      const outcome = await recoverToTime(project.request());
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
      assert.equal(outcome.durationSeconds, 30);
    });

    it("asks a database that does not answer at first again, so as not to lose the proof", async () => {
      const project = await markedProject();
      let refused = 0;
      const database = async (sql: string) => {
        if (++refused <= 3) throw new HoldfastError({ code: "DOWN", message: "starting up", hint: "-" });
        return await project.run(sql);
      };
      const outcome = await recoverToTime(project.request({ database }));
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
      assert.equal(outcome.durationSeconds, 15 + 10);
    });

    it("repeats statements whose answers are lost, without writing a row twice", async () => {
      const project = await markedProject();
      const target = seconds(project.target, 30);
      for (let count = 1; count <= 5; count++) {
        project.loseAnswers(count);
        const outcome = await recoverToTime(project.request({ target: seconds(target, -count) }));
        assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
        assert.deepEqual(await project.markers(), [-30]);
      }
    });

    it("does not believe a server that is still replaying the log", async () => {
      const project = await markedProject();
      let looks = 0;
      const database = async (sql: string) => {
        if (sql.includes("pg_is_in_recovery") && ++looks <= 3) return [{ recovering: true }];
        return await project.run(sql);
      };
      const outcome = await recoverToTime(project.request({ database }));
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
      assert.equal(looks, 4);
    });

    it("passes through refused, broken and empty answers to its looks", async () => {
      const project = await markedProject();
      const healthy = {
        json: {
          ref: REF,
          name: "shop",
          region: "eu-west-2",
          status: "ACTIVE_HEALTHY",
          created_at: "2026-01-01T00:00:00Z",
        },
      };
      const outcome = await recoverToTime(
        project.request({
          onBegun: async ({ acceptedAt }) => {
            if (!acceptedAt) return;
            await project.run(
              `DELETE FROM holdfast.recovery_marker WHERE at > '${project.target.toISOString()}'`,
            );
            const storm = [
              THROTTLED,
              htmlPage(503),
              { status: 502, empty: true },
              { json: [] },
              "reset",
            ] as const;
            project.api.on("GET", "/v1/projects/{ref}", THROTTLED, ...storm, ...storm, healthy);
          },
        }),
      );
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    });

    it("is unproven when Supabase tells nothing until the deadline", async () => {
      const project = await markedProject();
      const outcome = await recoverToTime(
        project.request({
          deadlineSeconds: 120,
          onBegun: async ({ acceptedAt }) => {
            if (acceptedAt) project.api.on("GET", "/v1/projects/{ref}", htmlPage(503));
          },
        }),
      );
      assert.equal(outcome.state, "unproven");
      assert.match(outcome.reasons.join(), /Supabase tells nothing of project/);
    });

    it("is recovered, but not wholly proved, when another service stays away", async () => {
      const project = await markedProject();
      project.api.on("GET", "/v1/projects/{ref}/health", ({ query: asked }) => ({
        json: asked
          .getAll("services")
          .map((name) => ({ name, status: name === "auth" ? "UNHEALTHY" : "ACTIVE_HEALTHY" })),
      }));
      const outcome = await recoverToTime(project.request());
      assert.deepEqual([outcome.verdict, outcome.state], ["PARTIAL", "recovered"]);
      assert.match(outcome.reasons.join(), /auth is UNHEALTHY/);
      assert.equal(outcome.durationSeconds, 10);
    });
  });

  describe("of a database that cannot be written to", () => {
    const refusing = (project: ScriptedProject) => async (sql: string) => {
      if (sql.includes("INSERT") || sql.includes("CREATE"))
        throw new HoldfastError({ code: "DISK_FULL", message: "could not extend file", hint: "-" });
      return await project.run(sql);
    };

    it("is proved by a marker that another job wrote after the target", async () => {
      const project = await markedProject();
      await project.addMarker(seconds(project.target, 20));
      const outcome = await recoverToTime(project.request({ database: refusing(project) }));
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    });

    it("is unproven without one, and says why", async () => {
      const project = await markedProject();
      const outcome = await recoverToTime(project.request({ database: refusing(project) }));
      assert.deepEqual([outcome.verdict, outcome.state], ["PARTIAL", "unproven"]);
      assert.match(outcome.reasons.join(), /no row tells whether it was rewound.*could not extend file/);
      assert.equal(project.restores(), 1);
    });

    it("is unproven when it was never seen to leave, and is not asked for again", async () => {
      const project = await markedProject();
      project.onRestore({ during: [], rewindTo: "nothing", answers: ["reset"] });
      const outcome = await recoverToTime(project.request({ database: refusing(project) }));
      assert.equal(outcome.state, "unproven");
      assert.equal(project.restores(), 1);
    });
  });
});
