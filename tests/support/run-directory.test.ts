import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMinistackServer } from "../../sandbox/servers/ministack-server.ts";
import { startPostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { isRunning } from "../../sandbox/servers/running-process.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { installMinistack } from "../../sandbox/tools/install-ministack.ts";
import { sweepDeadRuns } from "./run-directory.ts";

describe("sweepDeadRuns", () => {
  it("ends the servers of a run that was killed, and no others", async () => {
    const parent = mkdtempSync(join(tmpdir(), "holdfast-sweep-"));
    chmodSync(parent, 0o711);
    const dead = join(parent, "holdfast-test-4194999-abc");
    const alive = join(parent, `holdfast-test-${process.pid}-def`);
    try {
      for (const run of [dead, alive]) mkdirSync(run, { mode: 0o711 });
      const { binDirectory } = await findOrInstallPostgres();
      const start = (run: string) =>
        startPostgresServer({ directory: join(run, "postgres-1"), binDirectory });
      const [orphan, kept] = await Promise.all([start(dead), start(alive)]);
      const aws = await startMinistackServer({
        directory: join(dead, "aws-2"),
        program: await installMinistack(),
      });
      const orphanPid = orphan.pid() ?? 0;
      await sweepDeadRuns(parent);
      assert.equal(isRunning(orphanPid, ["postgres"]), false);
      assert.equal(aws.running(), false);
      assert.equal(existsSync(dead), false);
      assert.ok(kept.running());
      await kept.stop();
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
