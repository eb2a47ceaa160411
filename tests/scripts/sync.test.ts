import assert from "node:assert/strict";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { createKilledSync, type KilledSync } from "../support/killed-sync.ts";
import type { ScriptRun } from "../support/run-script.ts";

describe("npm run sync", function () {
  this.timeout(120_000);
  let started: KilledSync;
  const run = (args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}): Promise<ScriptRun> =>
    started.run(undefined, 1, args, variables);
  const refusal = async (args: readonly string[], variables?: NodeJS.ProcessEnv) => {
    const { exitCode, stdout } = await run([...args, "--json"], variables);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    return { exitCode, ...error };
  };

  before(async () => {
    started = await createKilledSync();
    await started.bench.put("a.jpg", "bytes of a");
    await started.bench.put("b.jpg", "bytes of b");
  });
  after(() => started.close());

  it("tells a person what it copied and why it looked at everything", async () => {
    const { exitCode, stdout } = await run();
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /^PASS order_photos: 2 objects copied \(20 B\) in \d+\.\d s; everything compared, as it is the first: 0 unchanged, 0 kept that the source no longer has\.$/m,
    );
    assert.deepEqual(
      (await run()).stdout.match(/PASS .*/g)?.map((line) => line.replace(/\d+\.\d s/, "s")),
      ["PASS order_photos: 0 objects copied (0 B) in s; only what changed was asked for."],
    );
  });

  it("ends with 3 and names the object when Storage has no bytes of a row, in JSON too", async () => {
    await started.bench.storage.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata)
       VALUES ('order_photos', 'ghost.jpg', 'v1', '{"size": 3, "eTag": "x"}')`,
    );
    const words = await run();
    assert.equal(words.exitCode, 3);
    assert.match(words.stdout, /PARTIAL order_photos: 0 objects copied/);
    assert.match(
      words.stdout,
      /row-without-bytes "ghost\.jpg": in the catalog, but Storage has no bytes of it/,
    );
    const json = await run(["--json", "--full"]);
    const { runs } = JSON.parse(json.stdout) as {
      runs: { verdict: string; kind: string; problems: { name: string }[]; counts: { unchanged: number } }[];
    };
    assert.deepEqual(
      runs.map(({ verdict, kind, counts, problems }) => [verdict, kind, counts.unchanged, problems[0]?.name]),
      [["PARTIAL", "full", 2, "ghost.jpg"]],
    );
    const verdicts = (await listEvidence(started.bench.vault)).map((record) => Object(record).body.verdict);
    assert.deepEqual(verdicts, ["PASS", "PASS", "PARTIAL", "PARTIAL"]);
    await started.bench.storage.rows("DELETE FROM storage.objects WHERE name = 'ghost.jpg'");
  });

  it("refuses an unknown bucket, keys that are missing or refused, and Storage without S3, each with its fix", async () => {
    const { storage } = started.bench;
    const unknown = await refusal(["--bucket", "nobody"]);
    assert.deepEqual([unknown.code, unknown.exitCode], ["STORAGE_BUCKET_UNKNOWN", 2]);
    assert.match(unknown.message, /mirrors order_photos, not nobody/);
    const wrong = await refusal([], { STORAGE_SECRET_ACCESS_KEY: "Wr0ngKeyOfTheTest" });
    assert.deepEqual([wrong.code, wrong.exitCode], ["STORAGE_KEYS_REFUSED", 2]);
    assert.ok(!JSON.stringify(wrong).includes("Wr0ngKeyOfTheTest"));
    const missing = await refusal([], { STORAGE_SECRET_ACCESS_KEY: "" });
    assert.deepEqual([missing.code, missing.exitCode], ["SECRET_MISSING", 2]);
    storage.access = { ...storage.access, s3Protocol: false };
    const without = await refusal([]);
    storage.access = { ...storage.access, s3Protocol: true };
    assert.deepEqual([without.code, without.exitCode], ["STORAGE_PROTOCOL_DISABLED", 2]);
  });
});
