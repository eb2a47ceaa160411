import assert from "node:assert/strict";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { compareNames } from "../../../vault/mirror/compare-names.ts";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import { listRuns } from "../../../vault/mirror/list-runs.ts";
import { listUnfinishedRuns } from "../../../vault/mirror/list-unfinished-runs.ts";
import { mergeIndex } from "../../../vault/mirror/merge-index.ts";
import { runKey, segmentKey } from "../../../vault/mirror/mirror-layout.ts";
import { MirrorShard } from "../../../vault/mirror/mirror-shard.ts";
import type { Mirror } from "../../../vault/mirror/open-mirror.ts";
import { indexEntries, readIndex } from "../../../vault/mirror/read-index.ts";
import { readSegment } from "../../../vault/mirror/read-segment.ts";
import { createRunId } from "../../../vault/mirror/run-id.ts";
import type { RunRecord } from "../../../vault/mirror/run-record.ts";
import type { SegmentReference } from "../../../vault/mirror/segment-reference.ts";
import { SegmentWriter } from "../../../vault/mirror/segment-writer.ts";
import { writeRunRecord } from "../../../vault/mirror/write-run-record.ts";
import { closeAll, failsWith, reopen } from "../test-vault.ts";
import { closeMirrors, collect, openTestMirror, rowOf, type TestMirror } from "./test-mirror.ts";

const STARTED = new Date("2026-01-31T02:00:00Z");

async function writeSegments(
  mirror: Mirror,
  run: string,
  rows: readonly IndexRow[],
  rowsPerSegment?: number,
) {
  const writer = new SegmentWriter(mirror, { run, rowsPerSegment });
  for (const row of rows) await writer.add(row);
  return await writer.finish();
}

function recordOf(
  run: string,
  sequence: number,
  kind: RunRecord["kind"],
  segments: readonly SegmentReference[],
): RunRecord {
  return {
    format: "holdfast.storage-run",
    version: 1,
    project: "ordak",
    bucket: "order_photos",
    run,
    sequence,
    kind,
    startedAt: STARTED.toISOString(),
    completedAt: STARTED.toISOString(),
    cursor: { updatedAfter: STARTED.toISOString() },
    segments: [...segments],
    counts: { copied: 1 },
    problems: [{ name: "secret-name.jpg", problem: "missing-at-source" }],
    problemsLeftOff: 0,
  };
}

async function runOf(
  mirror: Mirror,
  sequence: number,
  kind: RunRecord["kind"],
  rows: readonly IndexRow[],
  rowsPerSegment?: number,
): Promise<RunRecord> {
  const run = createRunId(STARTED);
  const record = recordOf(run, sequence, kind, await writeSegments(mirror, run, rows, rowsPerSegment));
  await writeRunRecord(mirror, record);
  return record;
}

const facts = (entries: readonly { name: string; versions: readonly IndexRow[] }[]) =>
  entries.map(({ name, versions }) => [name, versions.map(({ version }) => version).join(",")]);

describe("index of the mirror", () => {
  let opened: TestMirror;
  let mirror: Mirror;

  beforeEach(async () => {
    opened = await openTestMirror();
    ({ mirror } = opened);
  });
  after(async () => {
    await closeMirrors();
    await closeAll();
  });

  it("is empty before the first sync", async () => {
    const index = await readIndex(mirror);
    assert.deepEqual([index.head, index.chain, await collect(index.entries())], [undefined, [], []]);
  });

  it("merges the last full run and the changes since, and knows it as of each run", async () => {
    await runOf(mirror, 1, "full", [rowOf("z"), rowOf("gone")]);
    await runOf(mirror, 2, "full", [rowOf("c"), rowOf("a"), rowOf("é"), rowOf("b")], 2);
    await runOf(mirror, 3, "changes", []);
    await runOf(mirror, 4, "changes", [rowOf("b", "v2"), rowOf("d")]);
    await runOf(mirror, 5, "changes", [rowOf("b", "v1", { mirrorVersionId: "again" })]);
    const index = await readIndex(mirror);
    assert.equal(index.head?.sequence, 5);
    assert.deepEqual(
      index.chain.map(({ sequence }) => sequence),
      [2, 3, 4, 5],
    );
    const entries = await collect(index.entries());
    assert.deepEqual(facts(entries), [
      ["a", "v1"],
      ["b", "v2,v1"],
      ["c", "v1"],
      ["d", "v1"],
      ["é", "v1"],
    ]);
    assert.equal(entries[1]?.versions.at(-1)?.mirrorVersionId, "again");
    const earlier = await readIndex(mirror, { sequence: 4 });
    assert.deepEqual(facts(await collect(earlier.entries()))[1], ["b", "v1,v2"]);
    assert.deepEqual(facts(await collect((await readIndex(mirror, { sequence: 1 })).entries())), [
      ["gone", "v1"],
      ["z", "v1"],
    ]);
  });

  it("merges any rows in any segments as a sorted list would", async () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "\uffff", "😀"), maxLength: 3 });
    const row = fc.tuple(name, fc.constantFrom("v1", "v2", "v3"));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { maxLength: 6 }),
        async (runs) => {
          const expected = new Map<string, Map<string, string>>();
          const sources = runs.map((rows, run) => {
            const sorted = rows.map(([one, version], at) => rowOf(one, version, { eTag: `${run}-${at}` }));
            sorted.sort((a, b) => compareNames(a.name, b.name));
            for (const { name: one, version, eTag } of sorted) {
              const versions = expected.get(one) ?? new Map<string, string>();
              versions.delete(version);
              expected.set(one, versions.set(version, eTag));
            }
            return { firstName: sorted[0]?.name ?? "", open: () => each(sorted) };
          });
          const merged = await collect(mergeIndex(sources));
          const names = [...expected.keys()].sort(compareNames);
          assert.deepEqual(
            merged.map((entry) => entry.name),
            names,
          );
          for (const { name: one, versions } of merged) {
            const found = versions.map(({ version, eTag }) => [version, eTag]);
            assert.deepEqual(found, [...(expected.get(one) ?? [])]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("opens segments only when their names are reached, and closes them when nobody reads on", async () => {
    const open = new Set<number>();
    let most = 0;
    const source = (first: number) => ({
      firstName: String(first),
      open: async function* () {
        open.add(first);
        most = Math.max(most, open.size);
        try {
          for (let at = first; at < first + 100; at++) yield rowOf(String(at));
        } finally {
          open.delete(first);
        }
      },
    });
    const sources = Array.from({ length: 50 }, (_, index) => source(100_000 + index * 100));
    assert.equal((await collect(mergeIndex(sources))).length, 5000);
    assert.ok(most <= 2, `${most} open at once`);
    for await (const { name } of mergeIndex(sources)) if (name === "100150") break;
    assert.equal(open.size, 0);
  });

  it("begins to read the next few sources before their turn, and no more", async () => {
    const prepared = new Set<number>();
    let most = 0;
    const sources = Array.from({ length: 40 }, (_, at) => ({
      firstName: String(100 + at),
      prepare: () => prepared.add(at),
      open: async function* () {
        assert.ok(prepared.has(at));
        most = Math.max(most, prepared.size);
        prepared.delete(at);
        yield rowOf(String(100 + at));
      },
    }));
    assert.equal((await collect(mergeIndex(sources))).length, 40);
    assert.deepEqual([most, prepared.size], [8, 0]);
  });

  it("reads many records side by side, and none that the chain does not need as a fault", async () => {
    await runOf(mirror, 1, "full", [rowOf("old")]);
    await runOf(mirror, 2, "full", [rowOf("a")]);
    for (let sequence = 3; sequence < 12; sequence++)
      await runOf(mirror, sequence, "changes", [rowOf(`b${sequence}`)]);
    const { bucket: Bucket, s3 } = opened.vault;
    await s3.send(new DeleteObjectCommand({ Bucket, Key: runKey("ordak", "order_photos", 1) }));
    let underWay = 0;
    let most = 0;
    const send = s3.send.bind(s3) as (command: object) => Promise<object>;
    Object.assign(s3, {
      send: async (command: object) => {
        most = Math.max(most, ++underWay);
        return await send(command).finally(() => {
          underWay -= 1;
        });
      },
    });
    const index = await readIndex(mirror);
    assert.deepEqual(
      index.chain.map(({ sequence }) => sequence),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    assert.ok(most > 2 && most <= 16, `${most} at once`);
    assert.equal(underWay, 0);
  });

  it("lets one of two runs win, and hands the other's segments to the next", async () => {
    await runOf(mirror, 1, "full", [rowOf("a")]);
    const [mine, theirs] = [createRunId(STARTED), createRunId(STARTED)];
    const lost = await writeSegments(mirror, mine, [rowOf("b"), rowOf("c")]);
    await writeRunRecord(
      mirror,
      recordOf(theirs, 2, "changes", await writeSegments(mirror, theirs, [rowOf("d")])),
    );
    await failsWith("STORAGE_SYNC_OVERTAKEN", () =>
      writeRunRecord(mirror, recordOf(mine, 2, "changes", lost)),
    );
    const index = await readIndex(mirror);
    assert.deepEqual(facts(await collect(index.entries())), [
      ["a", "v1"],
      ["d", "v1"],
    ]);
    const unfinished = await listUnfinishedRuns(mirror, index);
    assert.deepEqual(unfinished.damaged, []);
    assert.deepEqual(
      unfinished.segments.map(({ versionId: _, ...rest }) => rest),
      lost.map(({ versionId: _, ...rest }) => rest),
    );
    const resumed = indexEntries(mirror, (await readIndex(mirror)).chain, {
      unfinished: unfinished.segments,
    });
    assert.deepEqual(facts(await collect(resumed)), [
      ["a", "v1"],
      ["b", "v1"],
      ["c", "v1"],
      ["d", "v1"],
    ]);
  });

  it("looks for killed runs of a shard before the others' full runs, until it has one itself", async () => {
    const at = (seconds: number, text: string) =>
      createRunId(new Date(STARTED.getTime() + seconds * 1000), MirrorShard.parse(text));
    const killed = at(0, "4/4");
    await writeSegments(mirror, killed, [rowOf("a")]);
    const found = async () =>
      (await listUnfinishedRuns(mirror, await readIndex(mirror))).segments.map(({ run }) => run);
    const half = recordOf(at(60, "1/2"), 1, "full", []);
    await writeRunRecord(mirror, { ...half, version: 2 });
    assert.deepEqual(await found(), [killed]);
    const other = recordOf(at(120, "2/2"), 2, "full", []);
    await writeRunRecord(mirror, { ...other, version: 2 });
    assert.deepEqual(await found(), []);
  });

  it("leaves out segments of killed runs that cannot be read, and names them", async () => {
    const run = createRunId(STARTED);
    await writeSegments(mirror, run, [rowOf("b"), rowOf("c")], 1);
    const Key = segmentKey("ordak", "order_photos", run, 1);
    await opened.vault.s3.send(new PutObjectCommand({ Bucket: opened.vault.bucket, Key, Body: "harm" }));
    const unfinished = await listUnfinishedRuns(mirror, await readIndex(mirror));
    assert.deepEqual(unfinished.damaged, [Key]);
    assert.deepEqual(
      unfinished.segments.map(({ firstName }) => firstName),
      ["b"],
    );
  });

  it("names the segment or record that is missing, damaged or moved", async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => rowOf(`photo-${index}`));
    const first = await runOf(mirror, 1, "full", rows, 1000);
    await runOf(mirror, 2, "changes", [rowOf("x")]);
    const { s3, bucket: Bucket } = opened.vault;
    const [a, b] = [0, 1].map((number) => segmentKey("ordak", "order_photos", first.run, number));
    assert.ok(a && b);
    const bytesOfKey = async (Key: string) =>
      Buffer.from(
        (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()) ?? [],
      );
    const [good, other] = [await bytesOfKey(a), await bytesOfKey(b)];
    const flipped = Buffer.from(good);
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
    const address = { run: first.run, number: 0 };
    for (const Body of [flipped, good.subarray(0, -100), other]) {
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: a, Body }));
      // With what the record knows, and without, as a segment of a killed run is read.
      for (const known of [{ ...first.segments[0], ...address, versionId: put.VersionId }, address]) {
        const error = await failsWith("INDEX_SEGMENT_DAMAGED", () => collect(readSegment(mirror, known)));
        assert.ok(error.message.includes(a), error.message);
      }
    }
    // The record names the version that it wrote, so that a later one does no harm.
    assert.equal((await collect((await readIndex(mirror)).entries())).length, 2001);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: b, VersionId: first.segments[1]?.versionId }));
    const gone = await failsWith("INDEX_SEGMENT_MISSING", async () =>
      collect((await readIndex(mirror)).entries()),
    );
    assert.ok(gone.message.includes(b));
    const record = runKey("ordak", "order_photos", 1);
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: record,
        Body: await bytesOfKey(runKey("ordak", "order_photos", 2)),
      }),
    );
    const doctored = await failsWith("STORAGE_RUN_DAMAGED", () => readIndex(mirror));
    assert.ok(doctored.message.includes(record));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: record }));
    await failsWith("STORAGE_RUN_MISSING", () => readIndex(mirror));
    // A full run afterwards needs none of them.
    await runOf(mirror, 3, "full", [rowOf("new")]);
    assert.deepEqual(facts(await collect((await readIndex(mirror)).entries())), [["new", "v1"]]);
    assert.deepEqual(
      (await listRuns(mirror)).map(({ sequence }) => sequence),
      [2, 3],
    );
  });

  it("tells no name of a file without a key", async () => {
    const record = await runOf(mirror, 1, "full", [rowOf("secret-name.jpg")]);
    const keys = [runKey("ordak", "order_photos", 1), segmentKey("ordak", "order_photos", record.run, 0)];
    for (const Key of keys) {
      const answer = await opened.vault.s3.send(new GetObjectCommand({ Bucket: opened.vault.bucket, Key }));
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      assert.ok(!bytes.includes("secret-name") && !JSON.stringify(answer.Metadata).includes("secret-name"));
    }
    const stranger = {
      ...mirror,
      vault: await reopen({
        ...opened.settings,
        keys: { escrowPublicKey: opened.settings.keys.escrowPublicKey },
      }),
    };
    await failsWith("KEY_DOES_NOT_OPEN", () => readIndex(stranger));
  });

  it("makes a checkpoint when rows are old, and passes on that one failed", async () => {
    const run = createRunId(STARTED);
    const writer = new SegmentWriter(mirror, { run, secondsPerSegment: 0 });
    await Promise.all(["c", "a", "b"].map((name) => writer.add(rowOf(name))));
    const segments = await writer.finish();
    assert.deepEqual(
      segments.map(({ number, firstName }) => [number, firstName]),
      [
        [0, "c"],
        [1, "a"],
        [2, "b"],
      ],
    );
    // The same run once more would write over them.
    const again = new SegmentWriter(mirror, { run, rowsPerSegment: 1 });
    await failsWith("OBJECT_EXISTS", () => again.add(rowOf("d")));
    await failsWith("OBJECT_EXISTS", () => again.finish());
  });
});

async function* each(rows: readonly IndexRow[]): AsyncGenerator<IndexRow> {
  yield* rows;
}
