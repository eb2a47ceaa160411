import assert from "node:assert/strict";
import { newProject } from "../../../sandbox/supabase/new-project.ts";
import { projectStatus, settleProject } from "../../../sandbox/supabase/project-status.ts";
import type { ProjectRecord, ProjectTask } from "../../../sandbox/supabase/state/project-record.ts";

const START = "2026-11-22T10:00:00.000Z";
const later = (seconds: number): Date => new Date(Date.parse(START) + seconds * 1000);

const project = (task: Partial<ProjectTask> & Pick<ProjectTask, "kind">): ProjectRecord => ({
  ...newProject({
    ref: "abcdefghijklmnopqrst",
    id: 1,
    name: "x",
    organization: "holdfast-pro",
    region: "eu-central-1",
    compute: "ci_small",
    database: "none",
    now: later(0),
  }),
  task: { startedAt: START, seconds: 100, ...task },
});

describe("projectStatus", () => {
  it("is what the task has come to", () => {
    const cases = [
      ["create", 5, "UNKNOWN"],
      ["create", 50, "COMING_UP"],
      ["resize", 50, "RESIZING"],
      ["restore", 50, "RESTORING"],
      ["pause", 50, "PAUSING"],
      ["unpause", 20, "COMING_UP"],
      ["unpause", 80, "RESTORING"],
      ["restart", 50, "RESTARTING"],
    ] as const;
    for (const [kind, seconds, status] of cases)
      assert.equal(projectStatus(project({ kind }), later(seconds)), status, `${kind} after ${seconds} s`);
  });

  it("waits for the work when that takes longer than the task's least time, and for the time when not", () => {
    assert.equal(projectStatus(project({ kind: "restore" }), later(1000)), "RESTORING");
    const quick = project({ kind: "restore", doneAt: later(1).toISOString() });
    assert.equal(projectStatus(quick, later(99)), "RESTORING");
    assert.equal(projectStatus(quick, later(100)), "ACTIVE_HEALTHY");
  });

  it("names how a task failed", () => {
    const failed = { failed: true, doneAt: later(1).toISOString(), seconds: 0 };
    assert.equal(projectStatus(project({ kind: "create", ...failed }), later(1)), "INIT_FAILED");
    assert.equal(projectStatus(project({ kind: "restore", ...failed }), later(1)), "RESTORE_FAILED");
    assert.equal(projectStatus(project({ kind: "pause", ...failed }), later(1)), "PAUSE_FAILED");
  });
});

describe("settleProject", () => {
  it("ends a task that is over, at the moment it was over, whenever that is asked", () => {
    const settled = settleProject(project({ kind: "pause", doneAt: later(120).toISOString() }), later(9999));
    assert.equal(settled.task, undefined);
    assert.equal(settled.status, "INACTIVE");
    assert.equal(settled.statusSince, later(120).toISOString());
  });

  it("leaves everything else as it is", () => {
    const running = project({ kind: "resize" });
    assert.equal(settleProject(running, later(50)), running);
    const idle = settleProject(project({ kind: "resize", doneAt: later(1).toISOString() }), later(100));
    assert.equal(settleProject(idle, later(200)), idle);
  });
});
