import assert from "node:assert/strict";
import { platformLine } from "../../../jobs/health/platform-line.ts";
import { testProject } from "../../support/jobs.ts";
import { createScriptedWindow, REF, type ScriptedWindow } from "../measure/support/scripted-window.ts";

const NOW = new Date("2028-03-01T08:00:00Z");

describe("health: the backups that Supabase keeps", () => {
  let window: ScriptedWindow;
  before(async () => {
    window = await createScriptedWindow();
  });
  after(() => window.scripted.close());

  /** As `VERDICT figure`. */
  async function line(
    ...backups: readonly (readonly [status: string, insertedAt: string])[]
  ): Promise<string> {
    window.scripted.on("GET", "/v1/projects/{ref}/database/backups", {
      json: {
        ...{ region: "eu-central-1", walg_enabled: true, pitr_enabled: false },
        backups: backups.map(([status, inserted_at], id) => ({
          id,
          is_physical_backup: true,
          status,
          inserted_at,
        })),
      },
    });
    return await judged();
  }
  async function judged(project: Record<string, unknown> = { kind: "supabase", ref: REF }): Promise<string> {
    const lines = await platformLine({ api: async () => window.api }, testProject(project), NOW);
    return lines.map(({ verdict, figure }) => `${verdict} ${figure}`).join();
  }

  it("pass when the newest is of today, over a leap day, whatever is under way", async () => {
    const yesterday = ["COMPLETED", "2028-02-28T06:00:00Z"] as const;
    assert.equal(
      await line(yesterday, ["PENDING", "2028-03-01T07:00:00Z"], ["COMPLETED", "2028-02-29T06:00:00Z"]),
      "PASS 3 kept, newest complete 26h old",
    );
  });

  it("fail when the newest is older, failed, or none is complete", async () => {
    assert.equal(await line(["COMPLETED", "2028-02-29T05:59:59Z"]), "FAIL 1 kept, newest complete 26h1s old");
    assert.equal(
      await line(["COMPLETED", "2028-02-29T07:00:00Z"], ["FAILED", "2028-03-01T07:00:00Z"]),
      "FAIL 2 kept, newest complete 25h old; one after it failed",
    );
    assert.equal(
      await line(["FAILED", "2028-02-29T07:00:00Z"], ["FAILED", "2028-03-01T07:00:00Z"]),
      "FAIL none of 2 is complete, the newest is FAILED",
    );
  });

  it("say that there are none, that they are replaced, that nobody can know; nothing of a plain database", async () => {
    assert.equal(await line(), "WARN Supabase keeps none of this project");
    window.window(undefined);
    assert.equal(await judged(), "PASS replaced by point-in-time recovery");
    assert.equal(
      await judged({ kind: "supabase" }),
      "WARN not measured: the plan names no ref of the project",
    );
    assert.equal(await judged({}), "");
    window.scripted.on("GET", "/v1/projects/{ref}/database/backups", {
      status: 403,
      json: { message: "no" },
    });
    assert.match(await judged(), /^WARN not measured: /);
  });
});
