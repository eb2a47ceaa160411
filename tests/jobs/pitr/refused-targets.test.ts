import assert from "node:assert/strict";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import {
  closeScriptedProjects,
  createScriptedProject,
  REF,
  refusal,
  type ScriptedProject,
  seconds,
} from "./support/scripted-project.ts";

const PATH = "/v1/projects/{ref}";
const backups = (fields: object) => ({
  json: { region: "eu-west-2", walg_enabled: true, pitr_enabled: true, backups: [], ...fields },
});

describe("a recovery that is wrong in itself", () => {
  let project: ScriptedProject;

  beforeEach(async () => {
    project = await createScriptedProject();
  });

  afterEach(closeScriptedProjects);

  /** One clear error, and no restore. */
  async function assertRefused(
    expected: { readonly code: string; readonly exitCode: 1 | 2; readonly message?: RegExp },
    overrides: Parameters<ScriptedProject["request"]>[0] = {},
  ): Promise<void> {
    await assert.rejects(recoverToTime(project.request(overrides)), (error: Error & { hint?: string }) => {
      assert.match(`${error.hint}`, /\w{3}/);
      assert.doesNotMatch(error.message + error.hint, /undefined|NaN|Invalid Date|sbp_/);
      const { message, ...rest } = expected;
      for (const [name, value] of Object.entries(rest))
        assert.equal(error[name as keyof Error], value, error.message);
      if (message) assert.match(error.message, message);
      return true;
    });
    assert.equal(project.restores(), 0);
  }

  it("is refused without confirmation, and asks Supabase nothing", async () => {
    for (const confirm of [undefined, "", "abcdefghijklmnopqrsx", REF.toUpperCase()])
      await assertRefused({ code: "RECOVERY_NOT_CONFIRMED", exitCode: 2 }, { confirm });
    assert.deepEqual(project.api.requests, []);
  });

  it("is refused for what is no moment, or none yet", async () => {
    for (const target of [new Date("yesterday"), new Date(0), new Date(-1000)])
      await assertRefused({ code: "TARGET_INVALID", exitCode: 2 }, { target });
    const target = seconds(project.time.clock(), 90);
    await assertRefused(
      { code: "TARGET_IN_FUTURE", exitCode: 2, message: /1m\d+s in the future/ },
      { target },
    );
    assert.deepEqual(project.api.requests, []);
  });

  it("is refused for a moment that the database's clock has not reached", async () => {
    project.time.advance(120);
    const target = seconds(project.time.clock(), -30);
    project.window(seconds(target, -3600), seconds(target, 10));
    await assertRefused(
      { code: "TARGET_IN_FUTURE", exitCode: 2, message: /by the database's clock/ },
      { target },
    );
  });

  it("waits out a database whose clock is a little behind", async () => {
    project.time.advance(2);
    const target = project.time.clock();
    project.window(seconds(target, -3600), seconds(target, 10));
    const { sleep } = project.time;
    const outcome = await recoverToTime(
      project.request({
        target,
        // The database lives in real time.
        sleep: async (wait, signal) => {
          await new Promise((resolve) => setTimeout(resolve, wait < 4 ? wait * 1000 : 0));
          await sleep(wait, signal);
        },
      }),
    );
    assert.equal(outcome.state, "recovered");
  });

  it("is refused for a project that nobody knows, or that the token may not see", async () => {
    project.api.on("GET", PATH, { status: 404, json: { message: "Project not found" } });
    await assertRefused({ code: "PROJECT_UNKNOWN", exitCode: 2 });
    project.api.on("GET", PATH, { status: 401, json: { message: "Unauthorized" } });
    await assertRefused({ code: "SUPABASE_TOKEN_REFUSED", exitCode: 1 });
    project.api.on("GET", PATH, { status: 403, json: { message: "Forbidden resource" } });
    await assertRefused({ code: "SUPABASE_FORBIDDEN", exitCode: 1 });
  });

  it("is refused while the project is on its way somewhere else", async () => {
    for (const status of ["RESTORING", "INACTIVE", "UPGRADING", "RESIZING", "SOMETHING_NEW"]) {
      project.state(status);
      await assertRefused({ code: "PROJECT_NOT_READY", exitCode: 1, message: new RegExp(status) });
    }
  });

  it("is refused without point-in-time recovery, and before its first backup", async () => {
    project.api.on("GET", `${PATH}/database/backups`, backups({ pitr_enabled: false }));
    await assertRefused({ code: "PITR_NOT_ENABLED", exitCode: 2 });
    project.api.on("GET", `${PATH}/database/backups`, backups({ physical_backup_data: {} }));
    await assertRefused({ code: "PITR_WINDOW_EMPTY", exitCode: 1 });
  });

  it("is refused before the window, naming its first moment", async () => {
    const earliest = seconds(project.target, 1);
    project.window(earliest, seconds(project.target, 30));
    await assertRefused({
      code: "TARGET_BEFORE_WINDOW",
      exitCode: 2,
      message: new RegExp(`1s before .*${earliest.toISOString()}`),
    });
    assert.deepEqual(await project.api.requests.filter(({ path }) => path.endsWith("/query")), []);
  });

  it("reaches the first and the last moment of the window", async () => {
    project.window(project.target, project.target);
    assert.equal((await recoverToTime(project.request())).state, "recovered");
  });
});

describe("a target that the log has not reached yet", () => {
  let project: ScriptedProject;

  beforeEach(async () => {
    project = await createScriptedProject();
    await project.addMarker(seconds(project.target, -30));
  });

  afterEach(closeScriptedProjects);

  const range = (latest: Date, write = (at: Date) => String(at.getTime() / 1000)) =>
    refusal(
      `Recovery time target must be within range: ${write(seconds(project.target, -9000))} <= t <= ${write(latest)}`,
    );

  it("is waited for, after a row was written that makes the log move", async () => {
    const day = seconds(project.target, -86_400);
    const late = seconds(project.target, -40);
    project.window(day, late, late, late, seconds(project.target, 5));
    const outcome = await recoverToTime(project.request());
    assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
    assert.equal(outcome.durationSeconds, 45 + 10);
    const paths = project.api.requests.map(({ path }) => path.split("/").at(-1));
    assert.ok(paths.indexOf("query") < paths.lastIndexOf("backups"), "the row comes before the wait");
  });

  it("is waited for when the window says yes and the restore says not yet", async () => {
    for (const write of [undefined, (at: Date) => at.toISOString(), (at: Date) => String(at.getTime())]) {
      const late = range(seconds(project.target, -20), write);
      project.onRestore({ answers: [late, late, { json: {}, status: 201 }] });
      const before = project.restores();
      const outcome = await recoverToTime(project.request());
      assert.equal(outcome.verdict, "PASS", outcome.reasons.join("\n"));
      assert.equal(project.restores() - before, 3);
    }
  });

  it("is given up after five minutes, with the last moment that would do", async () => {
    const latest = seconds(project.target, -40);
    project.window(seconds(project.target, -86_400), latest);
    await assert.rejects(recoverToTime(project.request()), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`40s after .*${latest.toISOString()}, also after 5m of waiting`),
      );
      return "code" in error && error.code === "TARGET_AFTER_WINDOW";
    });
    assert.equal(project.restores(), 0);
    assert.equal(project.time.elapsedSeconds(), 300);
  });

  it("is given up when only the restore keeps saying so", async () => {
    project.onRestore({ answers: [range(seconds(project.target, -20))] });
    await assert.rejects(recoverToTime(project.request()), { code: "TARGET_AFTER_WINDOW", exitCode: 1 });
  });

  it("is an outcome when the refusal contradicts itself", async () => {
    project.onRestore({ answers: [range(seconds(project.target, 20))] });
    assert.equal((await recoverToTime(project.request())).state, "refused");
  });

  it("is refused at once when the restore says that it is too early", async () => {
    project.onRestore({
      answers: [
        refusal(
          `Recovery time target must be within range: ${project.target.getTime() / 1000 + 5} <= t <= 99999999999`,
        ),
      ],
    });
    await assert.rejects(recoverToTime(project.request()), { code: "TARGET_BEFORE_WINDOW" });
  });

  it("asks for the window when the refusal does not quote one that can be read", async () => {
    project.onRestore({
      answers: [refusal("Recovery time target must be within range."), { json: {}, status: 201 }],
    });
    assert.equal((await recoverToTime(project.request())).verdict, "PASS");
  });

  it("is refused when point-in-time recovery was switched off meanwhile", async () => {
    project.onRestore({ answers: [refusal("PITR is not enabled for this project.")] });
    await assert.rejects(recoverToTime(project.request()), { code: "PITR_NOT_ENABLED" });
  });
});
