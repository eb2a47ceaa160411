import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { type SeenRequest, startFaultProxy } from "../../support/fault-proxy.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import {
  assertProved,
  assertRestores,
  failsWith,
  storedFolders,
  sweepTomorrow,
  wholePoints,
} from "../../support/point-facts.ts";
import { type PassingMessage, type PostgresProxy, startPostgresProxy } from "../../support/postgres-proxy.ts";
import { createAws, createPostgres } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";
import { createEscrowKeys, testS3 } from "../../support/vaults.ts";

type Fits = (message: PassingMessage) => boolean;

const says =
  (pattern: RegExp): Fits =>
  ({ sql }) =>
    pattern.test(sql);

describe("a server that is killed", () => {
  describe("PostgreSQL", () => {
    let bench: JobBench;
    let server: PostgresServer;
    let proxy: PostgresProxy;
    let source: string;
    before(async function () {
      this.timeout(120_000);
      bench = await createJobBench();
      server = await createPostgres({ archive: false });
      proxy = await startPostgresProxy(server);
      source = await createShop(server);
    });
    after(() => proxy.close());
    afterEach(() => proxy.clear());

    /** Kills the server, as a crash would, right before it sees the first message that fits. */
    function killAt(fits: Fits): void {
      proxy.inject({ kind: "delay", when: fits, onFault: () => server.kill() });
    }

    const backupSteps: readonly (readonly [string, Fits])[] = [
      ["the snapshot", says(/^BEGIN ISOLATION/)],
      ["the locks", says(/^LOCK TABLE ONLY/)],
      ["the schema dump", says(/LOCK TABLE (?!ONLY)/)],
      ["the rows", says(/^COPY /)],
    ];
    for (const [step, fits] of backupSteps) {
      it(`as the source, at ${step}: nothing is listed, and the next run succeeds`, async () => {
        const listed = await wholePoints(bench.vault, "shop");
        killAt(fits);
        await failsWith(
          ["DATABASE_CONNECTION_LOST", "SCHEMA_DUMP_FAILED", "DATABASE_UNREACHABLE"],
          bench.backup(proxy.through(source)),
        );
        assert.ok(!server.running(), "the server was killed");
        assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
        await server.start();
        const { manifest } = await bench.backup(source);
        assert.equal((await wholePoints(bench.vault, "shop")).length, listed.length + 1);
        assert.equal(manifest.tables.find(({ name }) => name === "orders")?.rows, 3000);
      });
    }

    const restoreSteps: readonly (readonly [string, Fits])[] = [
      ["the schema", says(/^CREATE TABLE public\.orders/)],
      ["the middle of its rows", ({ type }) => type === "d"],
      ["an index", says(/^ALTER TABLE .* PRIMARY KEY/s)],
      ["a foreign key", says(/FOREIGN KEY/)],
      ["its end", says(/^DROP SCHEMA/)],
    ];
    it("as the target, at one step after another: the same restore goes on and ends equal", async function () {
      this.timeout(120_000);
      // A crash empties unlogged tables, here those of the source too: they have to be loaded once more.
      await query(source, "INSERT INTO baskets (content) VALUES ('one'), ('two')");
      const { manifest } = await bench.backup(source);
      const target = await createDatabase(undefined, server);
      for (const [, fits] of restoreSteps) {
        killAt(fits);
        await failsWith(
          ["DATABASE_CONNECTION_LOST", "DATABASE_UNREACHABLE"],
          bench.restore(manifest, proxy.through(target)),
        );
        assert.ok(!server.running(), "the server was killed");
        await server.start();
      }
      proxy.clear();
      await assertRestores(bench, manifest, { target });
    });
  });

  describe("the store", () => {
    const closers: (() => unknown)[] = [];
    after(async () => {
      for (const close of closers) await close();
    });

    it("leaves nothing listed and loses nothing that was; backup and restore go on when it is back", async function () {
      this.timeout(120_000);
      const { aws, settings, escrowPrivateKeyFile } = await createMortalStore();
      const proxy = await startFaultProxy(settings.endpoint);
      closers.push(() => proxy.close());
      const open = async (escrowPrivateKeyPem?: string) => {
        const vault = await openVault(
          { ...settings, endpoint: proxy.endpoint },
          {
            clock: () => new Date(),
            timeouts: { connectSeconds: 5, idleSeconds: 5, attempts: 2 },
            ...(escrowPrivateKeyPem ? { escrowPrivateKeyPem } : {}),
          },
        );
        closers.push(() => vault.close());
        return vault;
      };
      const writer = await open();
      const reader = await open(await readFile(escrowPrivateKeyFile, "utf8"));
      const bench = await createJobBench();
      const source = await createShop();
      const backup = () => bench.backup(source, { vault: writer });
      const killAt = (fits: (request: SeenRequest) => boolean) =>
        proxy.inject({ kind: "reset", when: fits, times: 1, onFault: () => aws.server.kill() });

      await backup();
      const [first] = await wholePoints(reader, "shop");
      for (const place of ["/data/", "evidence/"]) {
        killAt(({ method, url }) => method === "PUT" && url.includes(place));
        // With its manifest stored a point stands; its run fails all the same.
        await failsWith(place === "evidence/" ? "POINT_UNSETTLED" : "STORE_UNAVAILABLE", backup());
        assert.ok(!aws.server.running(), "the store was killed");
        proxy.clear();
        await aws.server.start();
      }
      const listed = await wholePoints(reader, "shop");
      assert.deepEqual([listed.length, listed.at(-1)], [2, first]);
      assert.equal((await storedFolders(reader, "shop")).points.length, 3, "one of them is litter");
      assert.equal((await sweepTomorrow(settings, "shop")).points.length, 1);
      await backup();

      const [id] = await wholePoints(reader, "shop");
      const manifest = await readManifest(reader, { project: "shop", tier: "nightly", id: id ?? "none" });
      const chunks = manifest.chunks.filter(({ kind }) => kind === "data");
      const target = await createDatabase();
      let reads = 0;
      // Each is read twice: before the first row is written all are checked.
      killAt(({ method, url }) => method === "GET" && url.includes("/data/") && ++reads > chunks.length + 1);
      await failsWith("STORE_UNAVAILABLE", bench.restore(manifest, target, { vault: reader, workers: 1 }));
      proxy.clear();
      await aws.server.start();
      const { resumed } = await bench.restore(manifest, target, { vault: reader });
      assert.ok(resumed);
      await assertProved(bench, manifest, target, { vault: reader });
    });
  });
});

/** A store to be killed, and a vault in it that needs no KMS: this one forgets its keys when it is killed. */
async function createMortalStore() {
  const aws = await createAws({ persist: true });
  const region = "us-east-1";
  const { escrowPublicKeyFile, escrowPrivateKeyFile } = await createEscrowKeys();
  const s3 = testS3(aws, region);
  const bucket = "mortal-vault";
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  s3.destroy();
  const settings = {
    environment: "test",
    bucket,
    region,
    endpoint: aws.endpoint,
    lock: { mode: "none" as const },
    keys: { escrowPublicKey: { file: escrowPublicKeyFile } },
  };
  return { aws, settings, escrowPrivateKeyFile };
}
