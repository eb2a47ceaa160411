import assert from "node:assert/strict";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../../vault/evidence/verify-evidence.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench, testProject } from "../../support/jobs.ts";
import { assertProved, assertRestores, failsWith, wholePoints } from "../../support/point-facts.ts";
import { type PassingMessage, type PostgresProxy, startPostgresProxy } from "../../support/postgres-proxy.ts";
import { getPostgres } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";

const copies = ({ sql }: PassingMessage): boolean => sql.startsWith("COPY ");

describe("two runs at once", () => {
  let bench: JobBench;
  let proxy: PostgresProxy;
  before(async () => {
    bench = await createJobBench();
    proxy = await startPostgresProxy(await getPostgres());
  });
  after(() => proxy.close());

  /** Does `other` while a run that talks to the database through the proxy is in its middle. */
  async function during<Result>(run: () => Promise<Result>, other: () => Promise<void>): Promise<Result> {
    const inside = Promise.withResolvers<void>();
    proxy.inject({
      kind: "delay",
      when: copies,
      onFault: () => other().then(inside.resolve, inside.reject),
    });
    const result = await run();
    await inside.promise;
    return result;
  }

  it("of a backup: the second is refused, whatever its tier, and one point is made", async () => {
    const source = await createShop();
    const { manifest } = await during(
      () => bench.backup(proxy.through(source)),
      async () => {
        const error = await failsWith("BACKUP_RUNNING", bench.backup(source));
        assert.match(error.hint, /pg_terminate_backend/);
        const project = testProject({ tiers: { nightly: {}, weekly: {} } });
        await failsWith("BACKUP_RUNNING", bench.backup(source, { tier: "weekly", project }));
        await query(source, "DELETE FROM orders");
      },
    );
    assert.deepEqual(await wholePoints(bench.vault, "shop"), [manifest.id]);
    const restored = await assertRestores(bench, manifest);
    assert.deepEqual(await query(restored, "SELECT count(*)::int AS n FROM orders"), [{ n: 3000 }]);
    await bench.backup(source);
  });

  it("of a restore into one target: the second is refused, and the first ends equal", async () => {
    const { manifest } = await bench.backup(await createShop());
    const target = await createDatabase();
    await during(
      () => bench.restore(manifest, proxy.through(target)),
      async () => {
        await failsWith("RESTORE_RUNNING", bench.restore(manifest, target));
      },
    );
    await assertProved(bench, manifest, target);
    await failsWith("TARGET_NOT_EMPTY", bench.restore(manifest, target));
  });

  it("of backups of several projects into one vault: all succeed, and their evidence is one chain", async () => {
    const many = await createJobBench();
    const runs = ["one", "two", "three"].map(async (name) => {
      const project = testProject({ name });
      const { manifest } = await many.backup(await createShop(), { project });
      assert.deepEqual(await wholePoints(many.vault, name), [manifest.id]);
    });
    await Promise.all(runs);
    const records = await listEvidence(many.vault);
    assert.equal(records.length, 3);
    assert.deepEqual(verifyEvidence(records, await many.vault.signer?.publicKeyPem()).problems, []);
  });
});
