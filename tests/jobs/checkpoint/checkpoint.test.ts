import assert from "node:assert/strict";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import pg from "pg";
import { proveInDatabase } from "../../../jobs/checkpoint/prove-in-database.ts";
import { parsePointId } from "../../../plan/point-id.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { findPoint } from "../../../vault/find-point.ts";
import { listPoints } from "../../../vault/list-points.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { databaseOf, testProject } from "../../support/jobs.ts";
import { failsWith } from "../../support/point-facts.ts";
import {
  CHECKS,
  type CheckpointBench,
  createCheckedDatabase,
  createCheckpointBench,
} from "./support/checkpoint-bench.ts";

/** What blocks, by name. */
const blocking = (result: Awaited<ReturnType<CheckpointBench["checkpoint"]>>): string[] =>
  result.reasons.filter(({ verdict }) => verdict === "FAIL").map(({ name }) => name);

describe("a checkpoint", () => {
  let bench: CheckpointBench;
  before(async () => {
    bench = await createCheckpointBench();
  });

  it("counts, takes a point named by the release, reads it back, and leaves evidence of it", async () => {
    const result = await bench.checkpoint();
    assert.deepEqual([result.verdict, blocking(result)], ["PASS", []]);
    assert.match(result.checkpoint ?? "", /^CHECKPOINT_\d{8}_\d{6}_vv1\.4\.2$/);
    assert.deepEqual(
      result.counts.map(({ table, critical, rows, rowsInPoint }) => [table, critical, rows, rowsInPoint]),
      [
        ["public.orders", true, 3, 3],
        ["public.events", true, 5, 5],
        ["public.notes", false, 0, 0],
      ],
    );
    assert.equal(result.window, null);
    assert.match(result.windowWhy ?? "", /a plain PostgreSQL database has no point-in-time recovery/);
    assert.deepEqual(
      [result.lastBackup, result.previousCheckpoint, result.estimate],
      [undefined, undefined, undefined],
    );
    const point = await findPoint(bench.vault, "shop", result.checkpoint ?? "");
    assert.equal(point.createdAt.toISOString(), result.point?.createdAt);
    const second = Math.floor(Date.parse(result.point?.createdAt ?? "") / 1000);
    assert.equal(parsePointId(result.checkpoint ?? "").at.getTime(), second * 1000);
    const [body] = await bench.evidence("checkpoint");
    assert.deepEqual(
      [body?.verdict, body?.checkpoint, body?.gitDescribe, body?.window, body?.estimatedRecoveryMinutes],
      ["PASS", result.checkpoint, "v1.4.2", null, null],
    );
    assert.deepEqual(body?.signOff, {
      completedBy: "Ada",
      at: result.signOff.at,
      technicalReview: null,
      verificationConfirmed: null,
    });
  });

  it("run again at once takes another point, and names the one before of the same release", async () => {
    const [before] = (await bench.evidence("checkpoint")).slice(-1);
    const again = await bench.checkpoint();
    assert.equal(again.verdict, "PASS");
    assert.notEqual(again.checkpoint, before?.checkpoint);
    assert.equal(again.previousCheckpoint, before?.checkpoint);
    assert.deepEqual(again.sameRelease, [before?.checkpoint]);
    const other = await bench.checkpoint({ gitDescribe: "v1.5.0" });
    assert.deepEqual([other.previousCheckpoint, other.sameRelease], [again.checkpoint, []]);
  });

  it("in a dry run checks the same, takes no point and leaves no evidence", async () => {
    const own = await createCheckpointBench();
    const result = await own.checkpoint({ dryRun: true });
    assert.deepEqual([result.verdict, result.checkpoint, result.dryRun], ["PASS", undefined, true]);
    assert.equal(result.counts[0]?.rows, 3);
    assert.deepEqual(await own.evidence("checkpoint"), []);
    assert.deepEqual(await listPoints(own.vault, "shop"), []);
  });

  it("in a dry run finds out that the source may not be read", async () => {
    const role = `reader_${databaseOf(bench.url).slice(-8)}`;
    await query(
      bench.url,
      `CREATE ROLE ${role} LOGIN PASSWORD 'secret-of-reader'`,
      "CREATE SCHEMA back_office",
      "CREATE TABLE back_office.t (id int)",
    );
    const login = bench.url.replace(/\/\/[^@]*@/, `//${role}:secret-of-reader@`);
    const project = testProject();
    const result = await bench.checkpoint({ dryRun: true, project }, login);
    assert.deepEqual([result.verdict, blocking(result)], ["FAIL", ["recovery point"]]);
    assert.match(result.reasons[0]?.detail ?? "", /^SOURCE_NOT_READABLE: .*GRANT/);
    await query(bench.url, `DROP ROLE ${role}`, "DROP SCHEMA back_office CASCADE");
  });

  describe("blocks the deployment", () => {
    const dry = async (statements: string, project = testProject({ checks: CHECKS })) => {
      const url = await createCheckedDatabase();
      await query(url, statements);
      return await bench.checkpoint({ dryRun: true, project }, url);
    };

    for (const [what, statements, name, detail] of [
      [
        "a critical table is empty",
        "DELETE FROM orders WHERE id > 0",
        "critical table public.orders",
        "it is empty",
      ],
      [
        "a critical table is missing",
        "DROP TABLE events",
        "critical table public.events",
        "it does not exist",
      ],
      [
        "an expected table is missing",
        "DROP TABLE notes",
        "expected table public.notes",
        "it does not exist",
      ],
      ["an expected enum is missing", "DROP TYPE stage", "expected enum public.stage", "it does not exist"],
    ] as const) {
      it(`when ${what}`, async () => {
        const result = await dry(statements);
        assert.equal(result.verdict, "FAIL");
        const found = result.reasons.find((reason) => reason.name === name);
        assert.deepEqual([found?.verdict, found?.detail], ["FAIL", detail]);
      });
    }

    it("when a smoke query fails, and only then", async () => {
      const smoke = (min: number) =>
        testProject({
          checks: { smoke: [{ name: "three", sql: "select id from orders", expect: { rows: { min } } }] },
        });
      assert.deepEqual(blocking(await dry("SELECT 1", smoke(3))), []);
      assert.deepEqual(blocking(await dry("SELECT 1", smoke(4))), ["smoke three"]);
    });

    it("when the database cannot be read: no point is taken, the sheet is made", async () => {
      const result = await bench.checkpoint({}, bench.url.replace(/[^/]*$/, "no_such_database"));
      assert.equal(result.verdict, "FAIL");
      assert.deepEqual(blocking(result), ["state of the database", "recovery point"]);
      assert.ok(result.previousCheckpoint);
      assert.equal((await bench.evidence("checkpoint")).at(-1)?.verdict, "FAIL");
    });

    it("when the point cannot be taken", async () => {
      const url = await createCheckedDatabase();
      // Another session holds the lock of backups.
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      await other.query("SELECT pg_advisory_lock(1752132708, 1)");
      const result = await bench.checkpoint({}, url);
      await other.end();
      assert.deepEqual([result.checkpoint, blocking(result)], [undefined, ["recovery point"]]);
      assert.match(result.reasons[0]?.detail ?? "", /^BACKUP_RUNNING/);
    });

    it("when the point does not hold the critical rows", async () => {
      const project = testProject({
        checks: CHECKS,
        tiers: { nightly: {}, checkpoint: { scope: "schema" } },
      });
      const result = await bench.checkpoint({ project });
      assert.deepEqual(blocking(result), [
        "rows of public.orders in the point",
        "rows of public.events in the point",
      ]);
      assert.match(result.reasons[0]?.detail ?? "", /its scope is \{"kind":"schema"\}/);
    });

    it("when a chunk of the point is not what was sealed", async () => {
      const own = await createCheckpointBench();
      const { s3, bucket } = own.vault;
      let damaged = "";
      const send = s3.send.bind(s3);
      // One byte of a data chunk turns over in the store after it was written.
      Object.assign(s3, {
        send: async (...args: Parameters<typeof send>) => {
          const [command] = args as unknown as [object];
          const { Key = "" } = (command as { input: { Key?: string } }).input;
          if (command instanceof GetObjectCommand && damaged === "" && Key.includes("/data/")) {
            damaged = Key;
            const read = await send(new GetObjectCommand({ Bucket: bucket, Key }));
            const bytes = Buffer.from((await read.Body?.transformToByteArray()) ?? []);
            bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
            await send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes }));
          }
          return await send(...args);
        },
      });
      const result = await own.checkpoint();
      assert.notEqual(damaged, "");
      assert.deepEqual(blocking(result), ["every chunk read back"]);
      assert.match(result.reasons[0]?.detail ?? "", /^1 of \d+ chunks are damaged: chunk data/);
    });

    it("when the plan asks for a proof and there is no way to prove", async () => {
      const project = testProject({ checks: CHECKS, tiers: { nightly: {}, checkpoint: { prove: true } } });
      assert.deepEqual(blocking(await bench.checkpoint({ project })), ["restore and proof"]);
    });
  });

  describe("that is proved", () => {
    const proofIn = (url: string) =>
      proveInDatabase({
        vault: bench.vault,
        project: testProject({ checks: CHECKS }),
        target: parseDatabaseUrl(url),
        workers: 2,
        progress: () => undefined,
      });

    it("is restored, compared and tagged as verified", async () => {
      const target = await createDatabase();
      const result = await bench.checkpoint({ prove: proofIn(target) });
      assert.deepEqual([result.verdict, result.proof?.verdict], ["PASS", "PASS"]);
      assert.ok((result.proof?.checks ?? 0) > 10);
      assert.ok((await findPoint(bench.vault, "shop", result.checkpoint ?? "")).verifiedAt);
      assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM orders"), [{ n: 3 }]);
    });

    it("blocks when the target is not empty, and says why", async () => {
      const result = await bench.checkpoint({ prove: proofIn(bench.url) });
      assert.deepEqual(blocking(result), ["restore and proof"]);
      assert.match(result.reasons[0]?.detail ?? "", /^(?:TARGET|RESTORE)_\w+: /);
      assert.ok(result.checkpoint);
    });

    it("blocks when the proof fails, with its first reasons", async () => {
      const prove = async () => ({
        ...{
          verdict: "FAIL" as const,
          where: "a test",
          checks: 9,
          notChecked: [],
          restoreSeconds: 1,
          proofSeconds: 1,
        },
        reasons: [{ name: "table public.orders", verdict: "FAIL" as const, detail: "2 rows of 3" }],
      });
      const result = await bench.checkpoint({ prove });
      assert.deepEqual(blocking(result), ["restore and proof"]);
      assert.equal(
        result.reasons[0]?.detail,
        "8 of 9 checks hold in a test; table public.orders: 2 rows of 3",
      );
    });
  });

  it("that is interrupted is no finding: it throws, and leaves evidence", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const work = bench.checkpoint({ signal: controller.signal, say: () => controller.abort(reason) });
    await assert.rejects(work, /stop/);
    assert.equal((await bench.evidence("checkpoint")).at(-1)?.verdict, "FAIL");
  });

  it("refuses an address that is malformed before anything is done", async () => {
    await failsWith("DATABASE_URL_INVALID", (async () => bench.checkpoint({}, "mysql://x/y"))());
  });
});
