import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { pointId } from "../../../plan/point-id.ts";
import { listPoints } from "../../../vault/list-points.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, failures, type JobBench } from "../../support/jobs.ts";

/** What another run left at the names of these seconds, from now on. */
async function litter({ vault }: JobBench, seconds: number): Promise<string[]> {
  const ids = Array.from({ length: seconds }, (_, second) =>
    pointId("nightly", new Date(Date.now() + second * 1_000)),
  );
  const prefixes = ids.map((id) => `shop/points/nightly/${id}/schema/`);
  const keys = prefixes.flatMap((prefix) =>
    ["roles.sql", "pre-data", "post-data"].map((name) => prefix + name),
  );
  await Promise.all(
    keys.map((Key) => vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key, Body: "litter" }))),
  );
  return ids;
}

describe("takePoint", () => {
  let url: string;
  let bench: JobBench;

  beforeEach(async () => {
    [url, bench] = await Promise.all([createDatabase(), createJobBench()]);
    await query(url, "CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 50) n");
  });

  it("takes another second when an earlier run, dead or done, has named its point by this one", async function () {
    this.timeout(60_000);
    const taken = await litter(bench, 2);
    const { manifest } = await bench.backup(url);
    assert.ok(!taken.includes(manifest.id), manifest.id);
    const target = await createDatabase();
    await bench.restore(manifest, target);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
  });

  it("two of one name at once are two points", async function () {
    this.timeout(60_000);
    const other = await createDatabase();
    await query(other, "CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 60) n");
    const taken = await Promise.all([url, other].map((source) => bench.backup(source)));
    assert.equal((await listPoints(bench.vault, "shop")).length, 2);
    for (const { manifest } of taken) {
      const target = await createDatabase();
      await bench.restore(manifest, target);
      assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    }
  });

  it("gives up when every second that it tries is taken, and takes no point", async function () {
    this.timeout(60_000);
    await litter(bench, 45);
    await assert.rejects(bench.backup(url), { code: "OBJECT_EXISTS", hint: /new recovery point/ });
    assert.deepEqual(await listPoints(bench.vault, "shop"), []);
  });
});
