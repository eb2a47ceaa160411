import assert from "node:assert/strict";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { listDeadRuns } from "../../vault/mirror/list-dead-runs.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import { createKilledSync, type KilledSync } from "../support/killed-sync.ts";
import { collect } from "../vault/mirror/test-mirror.ts";

const NAMES = Array.from({ length: 40 }, (_, at) => `orders/${at}.jpg`);

describe("npm run sync of a bucket with shards", function () {
  this.timeout(120_000);
  let started: KilledSync;
  const of = (number: number) => NAMES.filter((name) => MirrorShard.all(2)[number - 1]?.includes(name));
  const known = async () =>
    (await collect((await readIndex(started.bench.place)).entries())).map(({ name }) => name);
  const lines = (stdout: string) => stdout.match(/^(?:PASS|PARTIAL) .*objects copied/gm);

  beforeEach(async () => {
    started = await createKilledSync({ shards: 2 });
    for (const name of NAMES) await started.bench.put(name, `bytes of ${name}`);
  });
  afterEach(() => started.close());

  it("goes on from what a killed shard copied, of which the other one knows nothing", async () => {
    const { bench } = started;
    await started.run(({ method, url }) => method === "PUT" && url.includes("/storage-runs/"), 1, [
      "--shard=1/2",
    ]);
    const other = await started.run(undefined, 1, ["--bucket=order_photos", "--shard", "2/2"]);
    assert.equal(other.exitCode, 0, other.stderr);
    assert.deepEqual(await known(), of(2).toSorted());
    assert.deepEqual(await listDeadRuns(bench.vault, bench.place.project), []);
    const again = await started.run(undefined, 1, ["--shard=1/2", "--json"]);
    const [run] = (JSON.parse(again.stdout) as { runs: { counts: Record<string, number> }[] }).runs;
    assert.deepEqual([run?.counts.copied, run?.counts.unchanged], [0, of(1).length]);
    assert.deepEqual(await known(), NAMES.toSorted());
    assert.equal((await listDeadRuns(bench.vault, bench.place.project)).length, 1);
  });

  it("syncs all shards without the option; one that fails keeps none from being copied and is told of", async () => {
    const { bench } = started;
    const failing = new Set(of(1));
    bench.storage.fault = ({ method, key = "" }) =>
      method === "GET" && failing.has(key) ? { kind: "status", status: 503 } : undefined;
    const { exitCode, stdout, stderr } = await started.run();
    assert.equal(exitCode, 1, stdout);
    assert.match(stderr + stdout, /Bucket order_photos, shard 1\/2, failed/);
    assert.deepEqual(lines(stdout + stderr), [
      `PASS order_photos, shard 2/2: ${of(2).length} objects copied`,
    ]);
    const bodies = (await listEvidence(bench.vault)).map((record) => Object(record).body);
    assert.deepEqual(
      bodies.map((body) => [body.bucket, body.shard, body.verdict]),
      [
        ["order_photos", "1/2", "FAIL"],
        ["order_photos", "2/2", "PASS"],
      ],
    );
    bench.storage.fault = undefined;
    const whole = await started.run();
    assert.equal(whole.exitCode, 0, whole.stderr);
    assert.deepEqual(lines(whole.stdout), [
      `PASS order_photos, shard 1/2: ${of(1).length} objects copied`,
      "PASS order_photos, shard 2/2: 0 objects copied",
    ]);
  });

  it("refuses a shard that the plan does not have", async () => {
    for (const asked of ["1/4", "3/2", "half"]) {
      const { exitCode, stdout } = await started.run(undefined, 1, ["--shard", asked, "--json"]);
      const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
      assert.deepEqual([exitCode, error.code], [2, "STORAGE_SHARD_UNKNOWN"]);
      assert.match(error.hint, /1\/2 to 2\/2/);
    }
  });
});
