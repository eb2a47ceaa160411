import assert from "node:assert/strict";
import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { restoreStorage } from "../../../jobs/restore-storage.ts";
import { catalogRows } from "../../../jobs/storage/catalog-rows.ts";
import { lockBucket } from "../../../jobs/storage/lock-bucket.ts";
import { missingObjects } from "../../../jobs/storage/missing-objects.ts";
import { connect } from "../../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { closeClient } from "../../../postgres/snapshot.ts";
import { compareNames } from "../../../vault/mirror/compare-names.ts";
import { listMirrorVersions } from "../../../vault/mirror/list-mirror-versions.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { MirrorShard } from "../../../vault/mirror/mirror-shard.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { shardOfRun } from "../../../vault/mirror/run-id.ts";
import type { RunRecord } from "../../../vault/mirror/run-record.ts";
import { startStorage } from "../../sandbox/supabase/storage/start-storage.ts";
import { failureOf } from "../../support/failure-of.ts";
import { createStorageBench, PHOTOS, type StorageBench } from "../../support/storage-bench.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const NAMES = [
  "with space",
  "it's (1).jpg",
  "a&b=c@d",
  ...Array.from({ length: 29 }, (_, at) => `2026/${at}.jpg`),
];
const OTHER_NUMBER = "the bucket has another number of shards";

describe("a sync that is shared out over shards", function () {
  this.timeout(120_000);
  let bench: StorageBench;
  const shard = (text: string) => {
    const found = MirrorShard.parse(text);
    assert.ok(found);
    return found;
  };
  const sync = (text: string, more: Parameters<StorageBench["sync"]>[0] = {}) =>
    bench.sync({ shard: shard(text), ...more });
  const all = (of: number, more: Parameters<StorageBench["sync"]>[0] = {}) =>
    Promise.all(MirrorShard.all(of).map((one) => bench.sync({ shard: one, ...more })));
  const index = async () => {
    const entries = await collect((await readIndex(bench.place)).entries());
    return entries.map(({ name, versions }) => [name, versions.length] as const);
  };
  const once = (names: readonly string[]) => names.toSorted().map((name) => [name, 1]);
  const copied = (runs: readonly RunRecord[]) =>
    runs.map(({ counts }) => counts.copied ?? 0).reduce((a, b) => a + b, 0);
  const told = (runs: readonly RunRecord[]) => [
    ...new Set(runs.map(({ kind, reason }) => `${kind}: ${reason}`)),
  ];

  beforeEach(async () => {
    bench = await createStorageBench();
    for (const name of NAMES) await bench.put(name, `bytes of ${name}`);
  });
  afterEach(() => bench.close());

  it("copies everything once by all shards at once, and a night asks each for its own changes", async () => {
    const runs = await all(4);
    assert.deepEqual([copied(runs), told(runs)], [NAMES.length, ["full: it is the first"]]);
    assert.deepEqual(runs.map(({ sequence }) => sequence).sort(), [1, 2, 3, 4]);
    assert.deepEqual([...new Set(runs.map(({ version }) => version))], [2]);
    assert.equal((await collect(listMirrorVersions(bench.place))).length, NAMES.length);
    assert.deepEqual(await index(), once(NAMES));
    await bench.put("2026/new.jpg", "new");
    await bench.put("a&b=c@d", "replaced");
    const night = await all(4);
    for (const { run, kind, counts } of night) {
      const own = ["2026/new.jpg", "a&b=c@d"].filter((name) => shardOfRun(run).includes(name)).length;
      assert.deepEqual([kind, counts.copied], ["changes", own], run);
    }
    assert.equal(copied(night), 2);
    const full = await all(4, { full: true });
    const unchanged = full.map(({ counts }) => counts.unchanged ?? 0).reduce((a, b) => a + b, 0);
    assert.deepEqual(
      [copied(full), unchanged, full.flatMap(({ problems }) => problems)],
      [0, NAMES.length + 1, []],
    );
    assert.ok((await index()).some(([name, versions]) => name === "a&b=c@d" && versions === 2));
  });

  it("is whole only when every shard was synced, and as old as the oldest of them", async () => {
    await sync("1/2");
    const { manifest } = await bench.backup(bench.url);
    const half = await missingObjects(bench.vault, manifest);
    const others = NAMES.filter((name) => !shard("1/2").includes(name)).length;
    assert.deepEqual(
      half.map((one) => [one.missing, one.syncedAt, one.isSyncedSince]),
      [[others, undefined, false]],
    );
    const second = await sync("2/2");
    const [whole] = await missingObjects(bench.vault, manifest);
    assert.ok(second.asOf !== undefined);
    // The first shard was copied before the point.
    assert.deepEqual([whole?.missing, whole?.isSyncedSince], [0, false]);
    const first = await sync("1/2");
    const [since] = await missingObjects(bench.vault, manifest);
    assert.deepEqual([since?.syncedAt, since?.isSyncedSince], [[first.asOf, second.asOf].sort()[0], true]);
  });

  it("compares everything after the number was changed, copies nothing twice, and forgets what expired", async () => {
    await bench.sync({ retainDays: 30 });
    const expired = NAMES.find((name) => shard("3/4").includes(name)) ?? "";
    await bench.vault.s3.send(
      new DeleteObjectCommand({
        ...{ Bucket: bench.vault.bucket, Key: mirrorKey("shop", PHOTOS, expired) },
        VersionId: (await collect(listMirrorVersions(bench.place))).find(
          ({ key }) => key === mirrorKey("shop", PHOTOS, expired),
        )?.versionId,
        BypassGovernanceRetention: true,
      }),
    );
    await bench.remove(expired);
    for (const shards of [4, 2, 8, 1]) {
      const runs = await all(shards);
      assert.deepEqual([copied(runs), told(runs)], [0, [`full: ${OTHER_NUMBER}`]], `${shards} shards`);
      const lost = runs.flatMap(({ problems }) => problems.map(({ problem, name }) => `${problem} ${name}`));
      assert.deepEqual(lost, shards === 4 ? [`missing-in-mirror ${expired}`] : []);
      assert.deepEqual(await index(), once(NAMES.filter((name) => name !== expired)));
      assert.deepEqual(told(await all(shards)), ["changes: undefined"]);
    }
  });

  it("asks the catalog for the names that it counts as a shard's own, whatever signs they have", async () => {
    const names = ["ünï/码/😀.jpg", "100%", "back\\slash", "tab\there", "é", "e\u0301", ...NAMES].toSorted(
      compareNames,
    );
    await bench.storage.rows("DELETE FROM storage.objects");
    await bench.storage.rows(
      "INSERT INTO storage.objects (bucket_id, name, version) SELECT $1, unnest($2::text[]), 'v1'",
      ...[PHOTOS, names],
    );
    const client = await connect(parseDatabaseUrl(bench.url), { applicationName: "test" });
    for (const one of [1, 2, 16].flatMap((of) => MirrorShard.all(of))) {
      const rows = await collect(catalogRows(client, { bucket: PHOTOS, shard: one }));
      assert.deepEqual(
        rows.map(({ name }) => name),
        names.filter((name) => one.includes(name)),
        String(one),
      );
    }
    await closeClient(client);
  });

  it("takes one shard's rows from the new number of shards and the others' from the old one", async () => {
    await all(2);
    await bench.put("a&b=c@d", "replaced");
    const only = MirrorShard.all(8).find((one) => one.includes("a&b=c@d"));
    assert.equal((await bench.sync({ shard: only })).reason, OTHER_NUMBER);
    const now = (await index()).filter(([name]) => name !== "a&b=c@d");
    assert.deepEqual(now, once(NAMES.filter((name) => name !== "a&b=c@d")));
    // The old shard that covers it must not go on from its own cursor.
    const old = MirrorShard.all(2).find((one) => one.includes("a&b=c@d"));
    const run = await bench.sync({ shard: old });
    assert.deepEqual([run.reason, run.counts.copied], [OTHER_NUMBER, 0]);
  });

  it("excludes whoever would sync the same names, and nobody else", async () => {
    const address = parseDatabaseUrl(bench.url);
    const hold = async (text: string) => {
      const client = await connect(address, { applicationName: "test" });
      return await lockBucket(client, PHOTOS, shard(text)).then(
        () => client,
        async (error: unknown) => {
          await closeClient(client);
          throw error;
        },
      );
    };
    const held = [await hold("3/4"), await hold("1/2")];
    const refused: string[] = [];
    for (const text of ["1/1", "1/2", "2/2", "3/4", "1/4", "5/8", "6/8", "7/8", "16/16"]) {
      const client = await hold(text).catch(() => undefined);
      if (client) await closeClient(client);
      else refused.push(text);
    }
    assert.deepEqual(refused, ["1/1", "1/2", "2/2", "3/4", "1/4", "5/8", "6/8"]);
    assert.deepEqual(await failureOf(sync("5/8")), ["SYNC_RUNNING", 1]);
    for (const client of held) await closeClient(client);
    await closeClient(await hold("1/1"));
  });

  it("restores to what the source is", async () => {
    await all(4);
    await bench.put("a&b=c@d", "replaced");
    await all(4);
    const { manifest } = await bench.backup(bench.url);
    const target = await startStorage();
    const url = target.pool.options.connectionString ?? "";
    await bench.restore(manifest, url);
    const result = await restoreStorage({
      ...{ vault: bench.vault, manifest, bucket: PHOTOS, sources: [bench.storage.endpoint] },
      target: {
        ...{
          endpoint: target.endpoint,
          region: "eu-west-2",
          bucket: PHOTOS,
          database: parseDatabaseUrl(url),
        },
        ...{ accessKeyId: "storage-key", secretAccessKey: "storage-secret" },
      },
      ...{ confirm: new URL(target.endpoint).host, workers: 4, progress: () => undefined },
    });
    assert.deepEqual([result.verdict, result.counts.restored, result.findings], ["PASS", NAMES.length, []]);
    for (const Key of NAMES) {
      const [here, there] = await Promise.all(
        [bench.storage, target].map(async ({ s3 }) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: PHOTOS, Key }));
          return await Body?.transformToString();
        }),
      );
      assert.equal(there, here, Key);
    }
    await target.close();
  });
});
