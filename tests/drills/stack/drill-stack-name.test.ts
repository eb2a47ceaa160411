import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { drillDatabaseName, drillProjectName } from "../../../drills/stack/drill-names.ts";
import {
  drillStackBeginning,
  drillStackName,
  drillStackPrefix,
  isLeftOver,
  readDrillStackName,
} from "../../../drills/stack/drill-stack-name.ts";
import { processBirth } from "../../../drills/stack/process-birth.ts";

const expiresAt = new Date("2027-01-01T00:00:00Z");
const before = new Date("2026-12-31T23:59:59Z");
const drill = { environment: "prod", project: "ordak", kind: "staging-restore", expiresAt } as const;
const long = { ...drill, environment: "e".repeat(40), project: "p".repeat(63) };

describe("the name of a drill's stack", () => {
  it("tells whose it is and how long it may live", () => {
    const name = drillStackName(drill);
    assert.match(name, /^drill\.prod\.ordak\.staging-restore-x[0-9a-z]+-[0-9a-f]{6}-[0-9a-z]+-[0-9a-f]{8}$/);
    const owner = readDrillStackName(name);
    assert.deepEqual([owner?.expiresAt, owner?.pid], [expiresAt, process.pid]);
    assert.notEqual(drillStackName(drill), name);
    assert.ok(name.startsWith(drillStackPrefix("prod")) && name.startsWith(drillStackBeginning(drill)));
    assert.ok(!name.startsWith(drillStackPrefix("pro")));
    for (const other of ["prod", "drill.prod.ordak", "drill.prod.ordak.full-dr-x1-zz-1-00000000"])
      assert.equal(readDrillStackName(other), undefined);
  });

  it("fits Pulumi, PostgreSQL and Supabase however long the parts are, and stays the drill's own", () => {
    for (const one of [drill, long]) {
      const [name, other] = [drillStackName(one), drillStackName(one)];
      assert.match(name, /^[A-Za-z0-9_.-]{1,100}$/);
      assert.ok(name.startsWith(drillStackBeginning(one)));
      assert.match(drillDatabaseName(name), /^[a-z0-9_]{1,63}$/);
      assert.match(drillProjectName(name), /^[a-z0-9-]{1,80}$/);
      assert.notEqual(drillDatabaseName(name), drillDatabaseName(other));
      assert.notEqual(drillProjectName(name), drillProjectName(other));
    }
  });

  it("is left over when its process is gone; of another machine, when its time is over", async () => {
    const owner = readDrillStackName(drillStackName(drill));
    assert.ok(owner);
    assert.equal(isLeftOver(owner, before), false, "its own process");
    assert.equal(isLeftOver(owner, expiresAt), false, "its own process, however long it takes");
    const { pid = 0 } = spawnSync(process.execPath, ["--version"]);
    assert.equal(isLeftOver({ ...owner, pid }, before), true, "its process ended");
    const other = spawn("sleep", ["60"]);
    const running = { ...owner, pid: other.pid ?? 0, birth: processBirth(other.pid ?? 0) ?? "" };
    assert.equal(isLeftOver(running, before), false, "its process runs");
    assert.equal(isLeftOver(running, expiresAt), false, "its process runs, however long");
    assert.equal(isLeftOver({ ...running, birth: "beef" }, before), true, "a later process has its number");
    assert.equal(isLeftOver({ ...owner, birth: "beef" }, before), true, "this process has its number");
    other.kill();
    await once(other, "exit");
    assert.equal(isLeftOver(running, before), true, "its process was ended");
    assert.equal(isLeftOver({ ...owner, pid, host: "000000" }, before), false, "of another machine");
    assert.equal(
      isLeftOver({ ...owner, pid, host: "000000" }, expiresAt),
      true,
      "of another machine, its time",
    );
  });

  it("of one that is kept belongs to no process: its time alone ends it", () => {
    const owner = readDrillStackName(drillStackName({ ...drill, keep: true }));
    assert.ok(owner);
    assert.deepEqual([owner.pid, isLeftOver(owner, before), isLeftOver(owner, expiresAt)], [0, false, true]);
  });
});
