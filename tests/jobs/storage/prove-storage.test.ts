import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { buildDecrypt, CommitmentPolicy } from "@aws-crypto/client-node";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type ProveStorageRequest, proveStorage, type StorageProof } from "../../../jobs/prove-storage.ts";
import { missingObjects } from "../../../jobs/storage/missing-objects.ts";
import { isDue, nightSample } from "../../../jobs/storage/night-sample.ts";
import { readInventory } from "../../../jobs/storage/read-inventory.ts";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { chunkKey } from "../../../vault/layout.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import { mirrorKey, segmentKey } from "../../../vault/mirror/mirror-layout.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { createRunId } from "../../../vault/mirror/run-id.ts";
import { writeRunRecord } from "../../../vault/mirror/write-run-record.ts";
import { writeSegment } from "../../../vault/mirror/write-segment.ts";
import { failures, testProject } from "../../support/jobs.ts";
import { failsWith } from "../../support/point-facts.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const NAMES = Array.from({ length: 12 }, (_, at) => `bannos/${at}/packing ${at}.jpg`);
const [FIRST = "", SECOND = "", THIRD = ""] = NAMES;
/** A bucket that is read back within 3 nights. */
const PROJECT = storageProject([{ bucket: PHOTOS, retain: { days: 9 } }]);

describe("proveStorage and missingObjects", function () {
  this.timeout(60_000);
  let bench: StorageBench;
  let early: Manifest;
  before(async () => {
    bench = await createStorageBench(PROJECT);
    for (const name of NAMES) await bench.put(name, `bytes of ${name}`);
    early = (await bench.backup(bench.url)).manifest;
  });
  after(() => bench?.close());

  const prove = (overrides: Partial<ProveStorageRequest> = {}): Promise<StorageProof> =>
    proveStorage({
      ...{ vault: bench.vault, project: PROJECT, everything: true, workers: 4, progress: () => undefined },
      ...overrides,
    });
  const failed = (proof: StorageProof) => failures(proof).map(({ name, verdict }) => `${verdict} ${name}`);
  const rowsOf = async (name: string): Promise<readonly IndexRow[]> => {
    const entries = await collect((await readIndex(bench.place)).entries());
    return entries.find((entry) => entry.name === name)?.versions ?? [];
  };
  /** What a later run of the sync would have noted. */
  const note = async (row: IndexRow) => {
    const { head } = await readIndex(bench.place);
    assert.ok(head);
    const run = createRunId(new Date());
    const segments = [await writeSegment(bench.place, { run, number: 0, rows: [row] })];
    await writeRunRecord(bench.place, {
      ...head,
      kind: "changes",
      run,
      sequence: head.sequence + 1,
      segments,
    });
  };

  it("before the first sync everything is missing, and the mirror fails", async () => {
    const [coverage] = await missingObjects(bench.vault, early);
    assert.deepEqual(
      [coverage?.objects, coverage?.missing, coverage?.changed, coverage?.syncedAt, coverage?.isSyncedSince],
      [12, 12, 0, undefined, false],
    );
    const [first] = coverage?.names ?? [];
    assert.deepEqual([first?.name, first?.problem], [FIRST, "missing-in-mirror"]);
    const proof = await prove({ manifest: early });
    assert.deepEqual([proof.verdict, failed(proof)[0]], ["FAIL", `FAIL mirror of ${PHOTOS}`]);
    assert.match(proof.checks[0]?.detail ?? "", /npm run sync/);
  });

  it("after it nothing is missing, and every copy is read back", async () => {
    await bench.sync();
    const [coverage] = await missingObjects(bench.vault, early);
    assert.deepEqual([coverage?.missing, coverage?.changed, coverage?.names], [0, 0, []]);
    assert.equal(coverage?.isSyncedSince, true);
    const proof = await prove({ manifest: early });
    assert.deepEqual([proof.verdict, failures(proof), proof.notChecked], ["PASS", [], []]);
    const bytes = NAMES.reduce((sum, name) => sum + Buffer.byteLength(`bytes of ${name}`), 0);
    const { damaged: _, ...copies } = proof.buckets[0]?.copies ?? { damaged: [] };
    assert.deepEqual(copies, { versions: 12, read: 12, bytes, bad: 0 });
  });

  it("can be read without us: the point's own lines say where the bytes are and how they open", async () => {
    const lines = early.restoreWithPublicTools.filter((line) => line.startsWith("#")).join("\n");
    const [, place = ""] = /The bytes of each are below "s3:\/\/([^"]+)"/.exec(lines) ?? [];
    const [, context = "[]"] = /with (\[.*\]) as names and values of the context/.exec(lines) ?? [];
    const [Bucket = "", ...prefix] = place.split("/");
    assert.equal(Bucket, bench.vault.bucket);
    const digest = createHash("sha256").update(FIRST).digest("hex");
    const Key = `${prefix.join("/")}${digest.slice(0, 2)}/${digest}`;
    const stored = await bench.vault.s3.send(new GetObjectCommand({ Bucket, Key }));
    const inventory = await collect(readInventory(bench.vault, early, PHOTOS));
    const listed = inventory.find(({ name }) => name === FIRST);
    assert.equal(stored.Metadata?.["holdfast-version"], listed?.version);
    const words: string[] = JSON.parse(context);
    const wanted = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : []));
    // The library itself, as one would use it by hand.
    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const sealed = Buffer.from((await stored.Body?.transformToByteArray()) ?? []);
    const { plaintext, messageHeader } = await decrypt(bench.vault.decryptKeyring, sealed);
    assert.equal(plaintext.toString(), `bytes of ${FIRST}`);
    for (const [name, value] of wanted) assert.equal(messageHeader.encryptionContext[name ?? ""], value);
    assert.equal(wanted.length, 3);
  });

  it("reads each night another third, says how much is left, and everything in three nights", async () => {
    const read: number[] = [];
    for (let night = 0; night < 3; night++) {
      const at = new Date(Date.now() + night * 86_400_000);
      const proof = await prove({ everything: false, vault: { ...bench.vault, clock: () => at } });
      const due = NAMES.filter((name) => isDue(name, nightSample(at, 9))).length;
      assert.deepEqual([proof.verdict, proof.buckets[0]?.copies?.read], ["PASS", due]);
      if (due < 12)
        assert.match(proof.notChecked[0] ?? "", new RegExp(`^${12 - due} of 12 copies .* within 3$`));
      read.push(due);
    }
    assert.equal(
      read.reduce((sum, count) => sum + count, 0),
      12,
    );
  });

  it("names what a point lost between its snapshot and the sync; before the sync it is only not yet there", async () => {
    await bench.put("added", "first");
    const { manifest } = await bench.backup(bench.url);
    await bench.put("added", "second");
    const pending = await prove({ manifest });
    assert.deepEqual(
      [pending.verdict, failed(pending)],
      ["PARTIAL", [`PARTIAL objects of ${manifest.id} in ${PHOTOS}`]],
    );
    await bench.sync();
    const proof = await prove({ manifest });
    assert.equal(proof.verdict, "FAIL");
    assert.deepEqual(failed(proof), [
      `FAIL objects of ${manifest.id} in ${PHOTOS}`,
      `FAIL object ${PHOTOS}/added`,
    ]);
    const [coverage] = await missingObjects(bench.vault, manifest, PHOTOS);
    assert.deepEqual(
      [coverage?.objects, coverage?.missing, coverage?.changed, coverage?.missingBytes],
      [13, 0, 1, 5],
    );
    assert.deepEqual([coverage?.names[0]?.name, coverage?.names[0]?.problem], ["added", "changed"]);
    // What was overwritten later is still there for the point before.
    await bench.put(FIRST, "replaced");
    await bench.sync();
    assert.equal((await missingObjects(bench.vault, early))[0]?.changed, 0);
    await failsWith("POINT_WITHOUT_BUCKET", missingObjects(bench.vault, manifest, "elsewhere"));
  });

  it("names each copy that is gone or damaged, and reads the others", async () => {
    const [gone] = await rowsOf(SECOND);
    const [whole] = await rowsOf(THIRD);
    assert.ok(gone?.mirrorVersionId && whole?.mirrorVersionId);
    const place = (name: string) => ({ Bucket: bench.vault.bucket, Key: mirrorKey("shop", PHOTOS, name) });
    const { s3 } = bench.vault;
    await s3.send(
      new DeleteObjectCommand({
        ...place(SECOND),
        VersionId: gone.mirrorVersionId,
        BypassGovernanceRetention: true,
      }),
    );
    const stored = await s3.send(new GetObjectCommand({ ...place(THIRD), VersionId: whole.mirrorVersionId }));
    const bytes = Buffer.from((await stored.Body?.transformToByteArray()) ?? []);
    bytes.writeUInt8((bytes.at(-100) ?? 0) ^ 1, bytes.length - 100);
    const { VersionId } = await s3.send(new PutObjectCommand({ ...place(THIRD), Body: bytes }));
    await note({ ...whole, mirrorVersionId: VersionId });
    const proof = await prove();
    assert.deepEqual(failed(proof).sort(), [
      `FAIL copy of ${PHOTOS}/${SECOND}`,
      `FAIL copy of ${PHOTOS}/${THIRD}`,
      `FAIL mirror of ${PHOTOS}`,
    ]);
    const { copies } = proof.buckets[0] ?? {};
    // 12, "added" and the replaced first one, which is kept for 9 days.
    assert.deepEqual([copies?.versions, copies?.read, copies?.bad], [14, 14, 2]);
    const problems = new Map(copies?.damaged.map(({ name, problem }) => [name, problem]));
    assert.deepEqual([problems.get(SECOND), problems.get(THIRD)], ["missing", "damaged"]);
    const evidence = await listEvidence(bench.vault);
    const last = evidence.at(-1) as { kind: string; body: { verdict: string; buckets: object[] } };
    assert.deepEqual([last.kind, last.body.verdict], ["storage-proof", "FAIL"]);
    assert.equal(JSON.stringify(last.body.buckets).includes(SECOND), false);
  });

  it("does not ask for copies that were replaced longer ago than they are kept", async () => {
    const [old] = await rowsOf(FIRST);
    await note({
      ...(old as IndexRow),
      name: "expired",
      version: "v0",
      copiedAt: "2026-01-01T00:00:00.000Z",
    });
    const [current] = await rowsOf("added");
    await note({
      ...(current as IndexRow),
      name: "expired",
      version: "v1",
      copiedAt: "2026-01-02T00:00:00.000Z",
    });
    const { buckets } = await prove();
    const named = buckets[0]?.copies?.damaged.filter(({ name }) => name === "expired");
    // Version v1 is another object's bytes: found out. Version v0 was replaced long ago: not even asked for.
    assert.deepEqual(
      named?.map(({ version }) => version),
      ["v1"],
    );
  });

  it("takes an inventory or an index that cannot be read for a finding, not for an empty one", async () => {
    const chunk = early.storage?.[0]?.chunk ?? "";
    const without = {
      ...early,
      chunks: early.chunks.map((one) => (one.path === chunk ? { ...one, sha256: "0".repeat(64) } : one)),
    };
    const doctored = await prove({ manifest: without });
    assert.ok(failed(doctored).includes(`FAIL point's objects of ${PHOTOS}`), failed(doctored).join());
    const Key = chunkKey("shop", early.tier, early.id, chunk);
    const target = { Bucket: bench.vault.bucket, Key, BypassGovernanceRetention: true };
    await bench.vault.s3.send(
      new DeleteObjectCommand({
        ...target,
        VersionId: early.chunks.find(({ path }) => path === chunk)?.versionId,
      }),
    );
    await failsWith("CHUNK_MISSING", missingObjects(bench.vault, early));
    const { chain } = await readIndex(bench.place);
    const [segment] = chain[0]?.segments ?? [];
    assert.ok(segment);
    await bench.vault.s3.send(
      new DeleteObjectCommand({
        ...{ Bucket: bench.vault.bucket, BypassGovernanceRetention: true },
        Key: segmentKey("shop", PHOTOS, segment.run, segment.number),
        VersionId: segment.versionId,
      }),
    );
    const proof = await prove();
    assert.deepEqual(failed(proof), [`FAIL mirror of ${PHOTOS}`]);
    assert.match(proof.checks[0]?.detail ?? "", /INDEX_SEGMENT_MISSING/);
  });

  it("refuses a project without buckets", async () => {
    const refusal = await failsWith("PLAN_WITHOUT_STORAGE", prove({ project: testProject() }));
    assert.equal(refusal.exitCode, 2);
  });
});
