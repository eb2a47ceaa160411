import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openProjectCluster } from "../../../../sandbox/supabase/open-project-cluster.ts";
import type { BaseBackup, ProjectCluster } from "../../../../sandbox/supabase/project-cluster.ts";
import { query } from "../../../support/databases.ts";
import {
  addNote,
  createCluster,
  nextSecond,
  noteAround,
  readNotes,
  removeClusters,
  untilRecoverable,
} from "../support/clusters.ts";

const seconds = (date: Date, more: number): Date => new Date(date.getTime() + more * 1000);

/** Inserts in several sessions until it is told to stop. @returns what was acknowledged, with the moment of it */
async function writeMany(
  cluster: ProjectCluster,
  sessions: number,
  until: () => boolean,
): Promise<Map<number, number>> {
  const acknowledged = new Map<number, number>();
  let next = 0;
  const write = async (): Promise<void> => {
    while (!until()) {
      const id = next++;
      await cluster.query("INSERT INTO public.stamps VALUES ($1, clock_timestamp())", { parameters: [id] });
      acknowledged.set(id, Date.now());
    }
  };
  await Promise.all(Array.from({ length: sessions }, write));
  return acknowledged;
}

/** Port and current password, WAL archiving, a new base backup, nothing left of the work. */
async function leavesInForce(
  cluster: ProjectCluster,
  directory: string,
  url: string,
  first: BaseBackup,
  target: Date,
): Promise<void> {
  assert.equal(cluster.url(), url);
  const [row] = await query(
    url,
    "SELECT current_setting('archive_mode') AS mode, pg_is_in_recovery() AS recovering",
  );
  assert.deepEqual(row, { mode: "on", recovering: false });
  const backups = await cluster.listBaseBackups();
  assert.equal(backups.length, 2);
  assert.equal(backups[1]?.id, first.id);
  assert.ok((backups[0]?.startedAt ?? first.startedAt) > target);
  assert.ok(!existsSync(join(directory, "rewind")) && !existsSync(join(directory, "rewind.json")));
  assert.ok(!existsSync(join(directory, "data.discarded")));
  // A password that was changed by SQL is the current one too.
  await query(cluster.adminUrl(), "ALTER ROLE postgres PASSWORD 'third'");
  await cluster.rewind(target);
  const changed = new URL(url);
  changed.password = "third";
  assert.deepEqual(await query(changed.href, "SELECT 1 AS one"), [{ one: 1 }]);
}

describe("a rewind", () => {
  afterEach(removeClusters);

  it("keeps what was acknowledged at the second or before, and nothing that was begun after; port and current password stay in force", async () => {
    const { cluster, directory } = await createCluster();
    await cluster.query("CREATE TABLE public.stamps (id int, at timestamptz)");
    const first = await cluster.takeBaseBackup();
    let stop = false;
    const writing = writeMany(cluster, 3, () => stop);
    await nextSecond();
    const target = await nextSecond();
    while (Date.now() < target.getTime() + 300) await new Promise((resolve) => setTimeout(resolve, 10));
    stop = true;
    const acknowledged = await writing;
    await untilRecoverable(cluster, target);
    await cluster.setPassword("second");
    const url = cluster.url();
    await cluster.rewind(target);
    const rows = (await cluster.query("SELECT id, at > $1 AS later FROM public.stamps", {
      parameters: [target.toISOString()],
    })) as { id: number; later: boolean }[];
    const kept = new Set(rows.map(({ id }) => id));
    assert.deepEqual(
      rows.filter(({ later }) => later),
      [],
    );
    const expected = [...acknowledged].filter(([, at]) => at < target.getTime()).map(([id]) => id);
    assert.deepEqual(
      expected.filter((id) => !kept.has(id)),
      [],
    );
    assert.ok(expected.length > 20 && expected.length < acknowledged.size);
    await leavesInForce(cluster, directory, url, first, target);
  });

  it("can be followed by others, to later and to earlier moments, through timelines that were left", async function () {
    this.timeout(120_000);
    const { cluster, directory } = await createCluster();
    const first = await cluster.takeBaseBackup();
    // Only the oldest backup is left each time, so that every rewind goes the whole way.
    const rewind = async (target: Date): Promise<string[]> => {
      for (const { id } of await cluster.listBaseBackups())
        if (id !== first.id) rmSync(join(directory, "backups", String(id)), { recursive: true });
      await cluster.rewind(target);
      return readNotes(cluster);
    };
    const a = await noteAround(cluster, "a", "lost 1");
    assert.deepEqual(await rewind(a), ["a"]);
    const b = await noteAround(cluster, "b", "lost 2");
    assert.deepEqual(await rewind(b), ["a", "b"]);
    // Of what is cut off, the backups are too.
    assert.deepEqual(await rewind(a), ["a"]);
    assert.equal((await cluster.listBaseBackups()).length, 2);
    const c = await noteAround(cluster, "c", "lost 3");
    assert.deepEqual(await rewind(c), ["a", "c"]);
    const window = await cluster.recoverableWindow();
    assert.ok(window && window.earliest < a);
  });

  it("works at both edges of the window, is refused outside, and then changes nothing", async () => {
    const { cluster } = await createCluster();
    await addNote(cluster, "one");
    const outside = { code: "REWIND_TARGET_OUTSIDE_WINDOW", exitCode: 2 };
    const invalid = { code: "REWIND_TARGET_INVALID", exitCode: 2 };
    await assert.rejects(cluster.rewind(await nextSecond()), outside);
    await cluster.takeBaseBackup();
    await noteAround(cluster, "two", "three");
    const { earliest, latest } = (await cluster.recoverableWindow()) ?? assert.fail("no window");
    const [session] = await query(cluster.url(), "SELECT pg_postmaster_start_time()::text AS started");
    await assert.rejects(cluster.rewind(seconds(earliest, -1)), outside);
    await assert.rejects(cluster.rewind(seconds(latest, 1)), outside);
    await assert.rejects(cluster.rewind(seconds(latest, 86_400)), outside);
    await assert.rejects(cluster.rewind(new Date(latest.getTime() + 1)), invalid);
    await assert.rejects(cluster.rewind(new Date(Number.NaN)), invalid);
    assert.deepEqual(await query(cluster.url(), "SELECT pg_postmaster_start_time()::text AS started"), [
      session,
    ]);
    await cluster.rewind(latest);
    assert.deepEqual(await readNotes(cluster), ["one", "two"]);
    // Down is no hindrance.
    await cluster.kill();
    await cluster.rewind(earliest);
    assert.deepEqual((await readNotes(cluster)).slice(0, 1), ["one"]);
  });

  it("ends at an abort, at damaged WAL, at a damaged backup with the cluster as it was", async () => {
    const { cluster, directory } = await createCluster();
    const { id } = await cluster.takeBaseBackup();
    const target = await noteAround(cluster, "before", "after");
    // It holds the commit that recovery to the target ends at.
    const archive = join(directory, "archive");
    const last =
      readdirSync(archive)
        .filter((name) => /^[0-9A-F]{24}$/.test(name))
        .sort()
        .at(-1) ?? "";
    await assert.rejects(cluster.rewind(target, { signal: AbortSignal.abort() }), { name: "AbortError" });
    await assert.rejects(cluster.rewind(target, { signal: AbortSignal.timeout(150) }), {
      name: "TimeoutError",
    });
    assert.deepEqual(await readNotes(cluster), ["before", "after"]);
    assert.ok(!existsSync(join(directory, "rewind")) && !existsSync(join(directory, "rewind.json")));
    const whole = readFileSync(join(archive, last));
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(120) ^ 1, 120);
    writeFileSync(join(archive, last), damaged);
    // Who looks now sees it; who looked before is told by the recovery. Neither loses anything.
    await assert.rejects(openProjectCluster(directory)?.rewind(target) ?? cluster.stop(), {
      code: "REWIND_TARGET_OUTSIDE_WINDOW",
      message: new RegExp(`${last} .*damaged`),
    });
    await assert.rejects(cluster.rewind(target), { code: "POSTGRES_NOT_STARTED" });
    assert.deepEqual(await readNotes(cluster), ["before", "after"]);
    writeFileSync(join(archive, last), whole);
    const file = join(directory, "backups", String(id), "data/global/pg_control");
    const control = readFileSync(file);
    rmSync(file);
    await assert.rejects(cluster.rewind(target), { code: "BASE_BACKUP_DAMAGED" });
    writeFileSync(file, control, { mode: 0o600 });
    assert.deepEqual(await readNotes(cluster), ["before", "after"]);
    await cluster.rewind(target);
    assert.deepEqual(await readNotes(cluster), ["before"]);
  });
});
