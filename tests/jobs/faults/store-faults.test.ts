import assert from "node:assert/strict";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../../vault/evidence/verify-evidence.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { openVault } from "../../../vault/open-vault.ts";
import type { Vault } from "../../../vault/vault.ts";
import { createDatabase, query } from "../../support/databases.ts";
import {
  type FaultKind,
  type FaultProxy,
  type SeenRequest,
  SLOW_DOWN,
  startFaultProxy,
} from "../../support/fault-proxy.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import {
  assertProved,
  assertRestores,
  failsWith,
  storedFolders,
  sweepTomorrow,
  wholePoints,
} from "../../support/point-facts.ts";
import { addPhotos, createShop } from "../../support/shop.ts";

const isRead = ({ method }: SeenRequest): boolean => method === "GET" || method === "HEAD";
const reads =
  (place: string) =>
  ({ method, url }: SeenRequest): boolean =>
    method === "GET" && url.includes(place);
const writes =
  (place: string) =>
  ({ method, url }: SeenRequest): boolean =>
    method === "PUT" && url.includes(place);

/** Fits each request once: its first attempt. */
function firstAttempts(fits: (request: SeenRequest) => boolean): (request: SeenRequest) => boolean {
  const met = new Set<string>();
  return (request) => {
    const { method, url } = request;
    // The SDK marks a further attempt in this header.
    const isFirst = !/attempt=[2-9]/.test(String(request.headers["amz-sdk-request"]));
    if (!fits(request) || !isFirst || met.has(`${method} ${url}`)) return false;
    met.add(`${method} ${url}`);
    return true;
  };
}

describe("a store with faults", () => {
  let bench: JobBench;
  let proxy: FaultProxy;
  let vault: Vault;
  let source: string;
  before(async () => {
    bench = await createJobBench();
    proxy = await startFaultProxy(bench.settings.endpoint ?? "");
    vault = await openVault(
      { ...bench.settings, endpoint: proxy.endpoint },
      {
        clock: () => new Date(),
        purpose: "write",
        timeouts: { connectSeconds: 5, idleSeconds: 4, attempts: 2 },
      },
    );
    source = await createShop();
    await addPhotos(source, 9);
  });
  after(async () => {
    vault.close();
    await proxy.close();
  });
  afterEach(() => proxy.clear());

  const backup = async (): Promise<Manifest> => (await bench.backup(source, { vault })).manifest;

  const sweep = () => sweepTomorrow({ ...bench.settings, endpoint: bench.settings.endpoint ?? "" }, "shop");

  /** Every point is listed once and whole, and every backup that succeeded is on record once. */
  async function assertInOrder(points: number): Promise<void> {
    const listed = await wholePoints(bench.vault, "shop");
    assert.equal(listed.length, points);
    const records = await listEvidence(bench.vault);
    assert.deepEqual(verifyEvidence(records, await bench.vault.signer?.publicKeyPem()).problems, []);
    const passed = records
      .map((record) => Object(record) as { kind: string; body: { verdict: string; point: string } })
      .filter(({ kind, body }) => kind === "backup" && body.verdict === "PASS")
      .map(({ body }) => body.point);
    assert.deepEqual(passed.toSorted(), listed.toSorted());
  }

  describe("that pass", () => {
    const faults: readonly (readonly [string, FaultKind])[] = [
      ["every write is answered with 503 once", SLOW_DOWN],
      ["every write is done, and its answer lost", "lose-answer"],
      ["every write meets a reset connection once", "reset"],
    ];
    for (const [index, [name, kind]] of faults.entries()) {
      it(`${name}: the backup succeeds, once`, async () => {
        proxy.inject({ kind, when: firstAttempts((request) => !isRead(request)) });
        const manifest = await backup();
        assert.ok(
          manifest.chunks.some(({ bytes }) => bytes > 8 * 1024 * 1024),
          "one upload has several parts",
        );
        await assertInOrder(index + 1);
        // Of an upload whose beginning was answered into the void nobody knows; the sweep finds it.
        const { uploads } = await storedFolders(bench.vault, "shop");
        assert.equal(uploads.length, kind === "lose-answer" ? 1 : 0);
        assert.equal((await sweep()).uploads.length, uploads.length);
      });
    }

    it("reads that break off, stall or are refused once: the restore succeeds", async () => {
      const manifest = await backup();
      const target = await createDatabase();
      proxy.inject({ kind: { cutAfter: 500_000 }, when: firstAttempts(reads("photos")) });
      proxy.inject({ kind: { stallAfter: 100 }, times: 1, when: reads("orders") });
      proxy.inject({ kind: SLOW_DOWN, when: firstAttempts(reads("/schema/")) });
      await assertRestores(bench, manifest, { target, vault });
    });
  });

  describe("that stay", () => {
    const faults: readonly (readonly [string, FaultKind, string])[] = [
      ["503 for the rows", SLOW_DOWN, "/data/"],
      ["503 for the manifest", SLOW_DOWN, "/manifest.json"],
      ["silence for a part", "hang", "partNumber=2"],
    ];
    for (const [name, kind, place] of faults) {
      it(`${name}: the backup fails in bounded time, and nothing of it is listed`, async () => {
        const listed = await wholePoints(bench.vault, "shop");
        const before = await storedFolders(bench.vault, "shop");
        proxy.inject({ kind, when: writes(place) });
        const started = performance.now();
        const error = await failsWith("STORE_UNAVAILABLE", backup());
        assert.ok(performance.now() - started < 60_000);
        assert.match(error.message, /attempts/);
        assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
        const after = await storedFolders(bench.vault, "shop");
        assert.deepEqual(after.uploads, [], "an upload that fails is aborted");
        const { points } = await sweep();
        assert.equal(points.length, after.points.length - before.points.length);
      });
    }

    it("503 for the evidence: the point stands, and the next backup puts it on record", async () => {
      const listed = await wholePoints(bench.vault, "shop");
      proxy.inject({ kind: SLOW_DOWN, when: writes("evidence/") });
      const error = await failsWith("POINT_UNSETTLED", backup());
      assert.equal((await wholePoints(bench.vault, "shop")).length, listed.length + 1);
      assert.match(error.hint, /run the same command again/);
      proxy.clear();
      await backup();
      await assertInOrder(listed.length + 2);
    });

    it("503 for a chunk in the middle of a restore: it fails, and the same restore goes on later", async () => {
      const manifest = await backup();
      const target = await createDatabase();
      let met = 0;
      // At first all chunks are read to see that they are whole.
      proxy.inject({ kind: SLOW_DOWN, when: (request) => reads("orders")(request) && ++met > 1 });
      await failsWith("STORE_UNAVAILABLE", bench.restore(manifest, target, { vault }));
      assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM orders"), [{ n: 0 }]);
      proxy.clear();
      assert.ok((await bench.restore(manifest, target, { vault })).resumed);
      await assertProved(bench, manifest, target);
    });
  });
});
