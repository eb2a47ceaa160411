import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { runDueDrills } from "../../drills/run-due-drills.ts";
import { destroyLeftOvers } from "../../drills/stack/destroy-left-overs.ts";
import { drillDatabaseName } from "../../drills/stack/drill-names.ts";
import { loadPlan } from "../../scripts/lib/load-plan.ts";
import { chunkKey, manifestKey } from "../../vault/layout.ts";
import { listPoints } from "../../vault/list-points.ts";
import { openVault } from "../../vault/open-vault.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import { readObject } from "../../vault/read-object.ts";
import { PLANNED_PROJECT } from "../support/plan-file.ts";
import type { StartedScript } from "../support/run-script.ts";
import { createDrillBench, type DrillBench } from "./support/drill-bench.ts";

const DRILL = ["--kind", "staging-restore", "--json"];

describe("npm run drill", function () {
  // Several drills at once on a machine that does other things.
  this.timeout(180_000);
  let drills: DrillBench;
  let plan: string;
  before(async () => {
    drills = await createDrillBench();
    plan = await drills.planFile();
  });

  const nothingRemains = async () => {
    assert.deepEqual(drills.stacks(), []);
    assert.deepEqual(await drills.remains(), []);
  };

  it("restores the newest point, proves and times it, twice at once, and leaves evidence alone", async () => {
    const runs = await Promise.all([drills.run(plan, DRILL), drills.run(plan, DRILL.slice(0, 2))]);
    for (const { exitCode, stderr } of runs) assert.equal(exitCode, 0, stderr);
    const result = JSON.parse(runs[0].stdout);
    assert.deepEqual(
      [result.verdict, result.drill, result.point, result.tier, result.target, result.reasons],
      ["PASS", "staging-restore", drills.point, "nightly", "server", []],
    );
    assert.deepEqual([result.rtoObjectiveSeconds, result.rpoObjectiveSeconds], [14_400, 86_400]);
    const measured = [result.restoreSeconds, result.proofSeconds, result.otherSeconds, result.rpoSeconds];
    for (const seconds of measured) assert.ok(seconds > 0);
    assert.ok(result.rtoSeconds >= result.restoreSeconds + result.proofSeconds);
    assert.match(runs[1].stdout, /PASS: drill staging-restore with nightly_/);
    assert.match(
      runs[1].stdout,
      /PASS RTO: .+; the objective is 4h\n {2}PASS RPO: .+; the objective is 24h\n/,
    );
    const evidence = await drills.evidence();
    assert.deepEqual(
      evidence.map(({ verdict, point }) => [verdict, point]),
      [1, 2].map(() => ["PASS", drills.point]),
    );
    assert.notEqual(evidence[0]?.stack, evidence[1]?.stack);
    const [point] = await listPoints(drills.bench.vault, PLANNED_PROJECT);
    assert.ok(point?.verifiedAt, "a point that a drill proved is a verified one");
    await nothingRemains();
  });

  it("keeps a target that is asked for through later drills, until its time is over", async () => {
    const { exitCode, stdout, stderr } = await drills.run(plan, [...DRILL, "--keep"]);
    assert.equal(exitCode, 0, stderr);
    const { stack, kept, startedAt } = JSON.parse(stdout);
    const [ends = ""] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(kept) ?? [];
    assert.ok(Math.abs(Date.parse(ends) - Date.parse(startedAt) - 12.5 * 3_600_000) < 60_000, ends);
    assert.ok(kept.includes(`/${drillDatabaseName(stack)};`) && kept.includes(`--destroy ${stack}`));
    assert.deepEqual(drills.stacks(), [stack]);
    const later = await drills.run(plan, DRILL);
    assert.deepEqual(JSON.parse(later.stdout).leftOvers, { destroyed: [], failed: [] });
    assert.deepEqual(drills.stacks(), [stack]);
    const unknown = await drills.run(plan, ["--destroy", "prod", "--json"]);
    assert.equal(unknown.exitCode, 2);
    assert.equal(JSON.parse(unknown.stdout).error.code, "DRILL_UNKNOWN");
    const loaded = await loadPlan({ plan });
    const sweep = (hours: number) =>
      withVariables(drills.variables, () =>
        destroyLeftOvers({
          plan: loaded,
          api: () => assert.fail("a server needs none"),
          clock: () => new Date(Date.now() + hours * 3_600_000),
          say: () => undefined,
        }),
      );
    // Six hours, and before that as long as a drill may take: half an hour more than a job.
    assert.deepEqual(await sweep(12.4), { destroyed: [], failed: [] });
    assert.deepEqual(await sweep(12.6), { destroyed: [stack], failed: [] });
    await nothingRemains();
  });

  it("that finds a wrong database or a damaged point says FAIL and why, and ends with 3", async () => {
    const smoke = [
      {
        name: "customers",
        sql: "SELECT count(*) AS n FROM customers",
        expect: { everyRow: { n: { min: 301 } } },
      },
    ];
    const strict = await drills.planFile({ project: { checks: { smoke } } });
    const wrong = await drills.run(strict, DRILL);
    assert.equal(wrong.exitCode, 3, wrong.stderr);
    const [reason, ...others] = JSON.parse(wrong.stdout).reasons;
    assert.deepEqual([reason.verdict, others], ["FAIL", []]);
    assert.match(`${reason.name} ${reason.detail}`, /customers.+300/);
    await nothingRemains();
    const { vault } = drills.bench;
    const [point] = await listPoints(vault, PLANNED_PROJECT);
    assert.ok(point);
    const { chunks } = await readManifest(vault, point);
    const chunk = chunks.find(({ kind }) => kind === "data")?.path ?? "";
    const Key = chunkKey(PLANNED_PROJECT, point.tier, point.id, chunk);
    const whole = await readObject(vault, Key, { maximumBytes: 1e6 });
    const put = (Body: Uint8Array) =>
      vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key, Body }));
    await put(Buffer.alloc(whole.length));
    try {
      const damaged = await drills.run(plan, DRILL);
      assert.equal(damaged.exitCode, 3, damaged.stderr);
      const { verdict, reasons, rtoSeconds, rpoSeconds, notChecked } = JSON.parse(damaged.stdout);
      assert.deepEqual([rtoSeconds, typeof rpoSeconds], [undefined, "number"]);
      assert.ok(notChecked.includes("RTO: the recovery did not come to its end"));
      assert.deepEqual([verdict, reasons.length], ["FAIL", 1]);
      assert.match(reasons[0].detail, /^CHUNK_DAMAGED: 1 of /);
    } finally {
      await put(whole);
    }
    const verdicts = (await drills.evidence()).slice(-2).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts, ["FAIL", "FAIL"]);
    await nothingRemains();
  });

  it("that cannot read the point says FAIL without making a stack; one without a point leaves evidence", async () => {
    const { vault } = drills.bench;
    const [point] = await listPoints(vault, PLANNED_PROJECT);
    assert.ok(point);
    const Key = manifestKey(PLANNED_PROJECT, point.tier, point.id);
    const whole = await readObject(vault, Key, { maximumBytes: 1e6 });
    const put = (Body: Uint8Array) =>
      vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key, Body }));
    await put(Buffer.from("{}"));
    try {
      const { exitCode, stdout, stderr } = await drills.run(plan, DRILL);
      assert.equal(exitCode, 3, stderr);
      const { verdict, reasons, rtoSeconds, stack, point: id } = JSON.parse(stdout);
      assert.deepEqual(
        [verdict, rtoSeconds, stack, id, reasons.length],
        ["FAIL", undefined, undefined, point.id, 1],
      );
      assert.match(reasons[0].detail, /^MANIFEST_DAMAGED: /);
      assert.doesNotMatch(stderr, /Making/);
    } finally {
      await put(whole);
    }
    const seen = (await drills.evidence()).at(-1);
    assert.deepEqual([seen?.verdict, seen?.point, seen?.isNewest], ["FAIL", point.id, true]);
    const mistyped = await drills.run(plan, [...DRILL, "--point", "nightly_20200101_000000"]);
    assert.equal(mistyped.exitCode, 2, mistyped.stdout);
    assert.equal(
      (await drills.evidence()).at(-1)?.completedAt,
      seen?.completedAt,
      "a slip of the hand is no drill",
    );
    const empty = await drills.planFile({ project: { name: "empty" } });
    const none = await drills.run(empty, DRILL);
    assert.deepEqual([none.exitCode, JSON.parse(none.stdout).error.code], [2, "POINT_UNKNOWN"]);
    const last = (await drills.evidence()).at(-1);
    assert.deepEqual([last?.verdict, last?.point, last?.isNewest], ["FAIL", undefined, true]);
    await nothingRemains();
  });

  it("lists every drill, and runs what is due once", async () => {
    const leftOut = { skip: "of this test" };
    // Half a day from now, so that it does not fall due once more in the hours that the drills take.
    const schedule = `0 ${(new Date().getUTCHours() + 12) % 24} * * *`;
    const file = await drills.planFile({
      project: {
        drills: {
          "staging-restore": { schedule, alsoProve: 3 },
          "full-dr": leftOut,
          "region-failover": leftOut,
        },
      },
    });
    const list = async () => JSON.parse((await drills.run(file, ["--list", "--json"])).stdout).drills;
    const [first, ...others] = await list();
    assert.deepEqual(
      [first.drill, first.schedule, first.last.verdict],
      ["staging-restore", schedule, "FAIL"],
    );
    assert.deepEqual(
      others.map(({ drill, leftOut: why, isDue }: Record<string, unknown>) => [drill, why, isDue]),
      ["full-dr", "region-failover"].map((kind) => [kind, "of this test", false]),
    );
    const loaded = await loadPlan({ plan: file });
    const points: string[] = [];
    for (const tier of ["nightly", "nightly", "nightly", "emergency"] as const)
      points.push((await drills.bench.backup(drills.source, { tier })).manifest.id);
    const [older, between, newest, emergency] = points;
    let days = 3;
    const clock = () => new Date(Date.now() + days * 86_400_000);
    const said: string[] = [];
    const say = (text: string) => {
      said.push(text);
      // The second drill takes so long that no time is left for a third.
      if (said.filter((one) => one.startsWith("Destroying")).length === 2) days = 3.3;
    };
    const request = {
      ...{ plan: loaded, projects: loaded.projects, clock, workers: 2 },
      ...{ progress: () => undefined, say },
    };
    const vault = await openVault(drills.bench.settings, { clock, purpose: "read" });
    const due = () => withVariables(drills.variables, () => runDueDrills({ ...request, vault }));
    const { executed } = await due();
    const results = executed.map((one) => ("result" in one ? one.result : assert.fail(JSON.stringify(one))));
    // The newest point is three days old by now; of the other, nobody asks how old it is.
    assert.deepEqual(
      results.map(({ point, isNewest, verdict, reasons }) => [
        ...[point, isNewest, verdict],
        ...reasons.map(({ name }) => name),
      ]),
      [
        [newest, true, "FAIL", "RPO"],
        [between, false, "PASS"],
      ],
    );
    assert.match(said.at(-1) ?? "", /^No time is left for 1 unproved points/);
    const unproved = (await listPoints(vault, PLANNED_PROJECT)).filter((point) => !point.verifiedAt);
    assert.deepEqual(
      unproved.map(({ id }) => id),
      [emergency, older],
    );
    const again = await due();
    vault.close();
    assert.deepEqual([again.drills[0]?.isDue, again.executed], [false, []]);
    await nothingRemains();
  });

  it("refuses what it cannot begin, before anything is made", async () => {
    const refused = async (args: readonly string[], variables = {}, file = plan) => {
      const { exitCode, stdout } = await drills.run(file, [...args, "--json"], variables);
      assert.equal(exitCode, 2, stdout);
      return JSON.parse(stdout).error;
    };
    const homeless = await drills.planFile({ drills: { target: undefined } });
    const all = await Promise.all([
      refused([]),
      refused(["--kind", "restore"]),
      refused(["--due", "--keep"]),
      refused(["--kind", "full-dr"], {}, homeless),
      refused(["--kind", "full-dr"], { PATH: "/nonexistent" }),
      refused(["--kind", "full-dr"], { PULUMI_CONFIG_PASSPHRASE: undefined }),
    ]);
    assert.deepEqual(
      all.map(({ code }) => code),
      ["USAGE", "USAGE", "USAGE", "DRILL_TARGET_MISSING", "DRILL_PULUMI_MISSING", "DRILL_PASSPHRASE_MISSING"],
    );
    await nothingRemains();
  });

  it("killed at any step leaves nothing after the next one, and interrupted nothing at all", async () => {
    const said = (words: string) => (_: StartedScript, output: () => string) => output().includes(words);
    const stack = (output: () => string) => /drill (drill\S+)/.exec(output())?.[1] ?? "none";
    const steps = [
      said("Making"),
      (_: StartedScript, output: () => string) => isLocked(drills.states, stack(output)),
      said("Restoring"),
      said("Proving"),
      said("Destroying"),
    ];
    const interrupted = drills.start(plan, DRILL.slice(0, 2)).then(async (script) => {
      await until(() => script.output().includes("Restoring"));
      script.kill("SIGTERM");
      return await script.ended;
    });
    const killed = await Promise.all(
      steps.map(async (isReached) => {
        const script = await drills.start(plan, DRILL.slice(0, 2));
        await until(() => isReached(script, script.output));
        script.kill();
        return (await script.ended).signal;
      }),
    );
    assert.deepEqual(
      killed,
      steps.map(() => "SIGKILL"),
    );
    assert.equal((await interrupted).exitCode, 143);
    // Also where none is due.
    const due = await drills.run(plan, ["--due", "--json"]);
    assert.equal(due.exitCode, 0, due.stdout);
    const { executed, leftOvers } = JSON.parse(due.stdout);
    assert.deepEqual([executed, leftOvers.failed], [[], []]);
    const count = leftOvers.destroyed.length;
    assert.ok(count >= 3 && count <= 5, `${count} were left`);
    await nothingRemains();
    const next = await drills.run(plan, DRILL);
    assert.equal(next.exitCode, 0, next.stdout);
    assert.deepEqual(JSON.parse(next.stdout).leftOvers, { destroyed: [], failed: [] });
  });
});

/** Whether Pulumi works on a stack just now. */
function isLocked(states: string, stack: string): boolean {
  const directory = join(states, ".pulumi/locks/organization/holdfast-drills", stack);
  return existsSync(directory) && readdirSync(directory).length > 0;
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await sleep(5);
}

async function withVariables<Result>(
  variables: NodeJS.ProcessEnv,
  work: () => Promise<Result>,
): Promise<Result> {
  const kept = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, kept);
  }
}
