import assert from "node:assert/strict";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf } from "../../support/jobs.ts";
import { assertRestores, failsWith } from "../../support/point-facts.ts";
import { getPostgres } from "../../support/servers.ts";
import { addPhotos, createShop } from "../../support/shop.ts";
import { createSmallDisk, type SmallDisk } from "../../support/small-disk.ts";

describe("a target whose disk is full", () => {
  let disk: SmallDisk | undefined;
  before(async function () {
    // An empty database takes about 8 MiB of it.
    disk = await createSmallDisk(14);
    // Only root may mount one, and not in every container.
    if (disk === undefined) this.skip();
  });

  it("stops the restore with a typed error; with more room the same restore goes on and ends equal", async () => {
    assert.ok(disk);
    const { url } = await getPostgres();
    const bench = await createJobBench();
    const source = await createShop();
    await addPhotos(source, 12);
    const { manifest } = await bench.backup(source);
    await query(url(), `CREATE TABLESPACE small_disk LOCATION '${disk.directory}'`);
    const target = await createDatabase();
    await query(url(), `ALTER DATABASE ${databaseOf(target)} SET TABLESPACE small_disk`);
    try {
      const error = await failsWith("DATABASE_DISK_FULL", bench.restore(manifest, target));
      assert.match(error.hint, /disk.*same command again/);
      // On a full disk a new session may fail: the server keeps a file of its own there.
      disk.grow(200);
      // What went in before the disk was full stays, whole tables of it.
      assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM photos"), [{ n: 0 }]);
      await assertRestores(bench, manifest, { target });
    } finally {
      await query(url(), `DROP DATABASE ${databaseOf(target)}`, "DROP TABLESPACE small_disk");
      disk.remove();
    }
  });
});
