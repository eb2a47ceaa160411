import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { AuditContext } from "../../audit/audit-context.ts";
import { readEvidenceIndex } from "../../audit/evidence-index.ts";
import { storageMirrorSource } from "../../audit/facts/storage-mirror.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { nextDue, previousDue } from "../../plan/schedule.ts";
import { runKey } from "../../vault/mirror/mirror-layout.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { createStorageBench, PHOTOS, type StorageBench } from "../support/storage-bench.ts";
import { type AuditBench, createAuditBench, factOf, findings } from "./support/audit-bench.ts";

const BUCKET = { bucket: PHOTOS, schedule: "30 2 * * *", reconcile: "0 1 * * 0" };
const PROJECT = {
  name: "shop",
  connection: { env: "SHOP_URL" },
  storage: [BUCKET],
  storageAccess: { accessKeyId: { env: "ID" }, secretAccessKey: { env: "SECRET" } },
};
/** In which a sync that is due must have ended. */
const GRACE = 7_200_000;

describe("audit of the mirror of Storage", function () {
  this.timeout(60_000);
  let storage: StorageBench;
  let audited: AuditBench;
  const facts = (now: Date) => {
    const { vault } = storage;
    const context: Partial<AuditContext> = {
      vault,
      clock: () => now,
      evidence: () => readEvidenceIndex(vault, audited.plan, now),
    };
    return audited.facts(storageMirrorSource, context);
  };
  const after24Hours = (at: Date) => new Date(nextDue(BUCKET.schedule, at).getTime() + GRACE);

  before(async () => {
    storage = await createStorageBench();
    audited = await createAuditBench({ projects: [PROJECT], lockMode: "none" });
  });
  after(async () => {
    audited.close();
    await storage.close();
  });

  it("owes nothing before the first evidence", async () => {
    assert.deepEqual(findings(await facts(new Date())), []);
  });

  it("finds nothing after a sync, and the sync overdue two hours after the next is due", async () => {
    await storage.put("a.jpg", "bytes");
    await storage.sync();
    const now = new Date();
    const clean = await facts(now);
    assert.deepEqual(findings(clean), []);
    assert.deepEqual(
      clean.map(({ id }) => id),
      ["synced", "reconciled", "objects", "records"].map((name) => `mirror.${name}/shop/${PHOTOS}`),
    );
    const due = nextDue(BUCKET.schedule, now);
    assert.deepEqual(findings(await facts(new Date(due.getTime() + GRACE - 1_000))), []);
    const late = factOf(await facts(new Date(due.getTime() + GRACE)), `mirror.synced/shop/${PHOTOS}`);
    assert.equal(late.verdict, "FAIL");
    assert.equal(late.declared, `daily at 02:30, since ${due.toISOString().slice(0, 16)}Z`);
    assert.equal(late.fix, `npm run sync -- --stack test --project shop --bucket ${PHOTOS}`);
  });

  it("finds the comparison of everything overdue, once a sync that was due after it is", async () => {
    const sunday = nextDue(BUCKET.reconcile, new Date());
    const reconciled = async (now: Date) => factOf(await facts(now), `mirror.reconciled/shop/${PHOTOS}`);
    const sync = nextDue(BUCKET.schedule, sunday);
    assert.equal((await reconciled(new Date(sync.getTime() + GRACE - 1_000))).verdict, "PASS");
    const late = await reconciled(new Date(sync.getTime() + GRACE));
    assert.equal(late.verdict, "FAIL");
    assert.equal(late.declared, `Sundays at 01:00, since ${sunday.toISOString().slice(0, 16)}Z`);
    assert.match(late.fix ?? "", / --full$/);
    assert.deepEqual(previousDue(BUCKET.reconcile, after24Hours(sunday)), sunday);
  });

  it("finds objects that could not be copied, and nothing once they can", async () => {
    await storage.storage.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata)
       VALUES ('order_photos', 'ghost.jpg', 'v1', '{"size": 3, "eTag": "x"}')`,
    );
    await storage.sync();
    assert.deepEqual(findings(await facts(new Date())), [`mirror.objects/shop/${PHOTOS}: 1 without bytes`]);
    await storage.storage.rows("DELETE FROM storage.objects WHERE name = 'ghost.jpg'");
    await storage.sync({ full: true });
    assert.deepEqual(findings(await facts(new Date())), []);
  });

  it("finds a sync that failed, by its code", async () => {
    await assert.rejects(storage.sync({ bucket: "nobody" }), HoldfastError);
    assert.deepEqual(findings(await facts(new Date())), []);
    await storage.storage.rows("ALTER TABLE storage.objects RENAME COLUMN name TO hidden");
    const failed = await storage.sync().then(
      () => "none",
      (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
    );
    await storage.storage.rows("ALTER TABLE storage.objects RENAME COLUMN hidden TO name");
    const found = await facts(new Date());
    assert.equal(factOf(found, `mirror.objects/shop/${PHOTOS}`).actual, `it failed: ${failed}`);
    assert.match(factOf(found, `mirror.synced/shop/${PHOTOS}`).actual, /Z; the last try failed$/);
    await storage.sync();
    assert.deepEqual(findings(await facts(new Date())), []);
  });

  it("finds the record of a sync that somebody deleted", async () => {
    const target = { Bucket: storage.vault.bucket, Key: runKey("shop", PHOTOS, 2) };
    const { VersionId } = await storage.vault.s3.send(new DeleteObjectCommand(target));
    assert.deepEqual(findings(await facts(new Date())), [`mirror.records/shop/${PHOTOS}: 1 missing: 2`]);
    await storage.vault.s3.send(new DeleteObjectCommand({ ...target, VersionId }));
    assert.deepEqual(findings(await facts(new Date())), []);
  });

  it("looks at each shard of a bucket that is shared out", async () => {
    const sharded = await createAuditBench({
      projects: [{ ...PROJECT, storage: [{ ...BUCKET, shards: 2 }] }],
      lockMode: "none",
    });
    try {
      const [first, second] = MirrorShard.all(2);
      await storage.sync({ shard: first, full: true });
      const due = new Date(nextDue(BUCKET.schedule, new Date()).getTime() + GRACE);
      const bench = { ...storage.vault, clock: () => due };
      const overdue = async () => {
        const { vault } = storage;
        const evidence = () => readEvidenceIndex(vault, sharded.plan, due);
        const found = await sharded.facts(storageMirrorSource, { vault, clock: () => due, evidence });
        return found.filter(({ id, verdict }) => verdict === "FAIL" && id.startsWith("mirror.synced"));
      };
      assert.deepEqual(
        (await overdue()).map(({ fix }) => fix),
        ["1/2", "2/2"].map(
          (shard) => `npm run sync -- --stack test --project shop --bucket ${PHOTOS} --shard ${shard}`,
        ),
      );
      await storage.sync({ vault: bench, shard: second, full: true });
      assert.deepEqual(
        (await overdue()).map(({ id }) => id),
        [`mirror.synced/shop/${PHOTOS} --shard 1/2`],
      );
    } finally {
      sharded.close();
    }
  });
});
