import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import type { PointReference } from "../../../vault/layout.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { runJobApart } from "../../support/run-job-apart.ts";
import { getPostgres } from "../../support/servers.ts";
import { createVaultPlan } from "../../support/vaults.ts";

const GIBIBYTE = 1024 ** 3;
/** The server holds such a value several times over while it reads and writes it. */
const NEEDED_BYTES = 6 * GIBIBYTE;
const BLOCK = "repeat(md5('x'), 1000) || E'\\t\\\\' || 'é🎂'";
const BLOCKS = 26_000;
const FIELD_BYTES = BLOCKS * (32_000 + 2 + 6);
const VALUE = `repeat(${BLOCK}, ${BLOCKS})`;
const PEAK_KIBIBYTES = 300 * 1024;

function availableBytes(): number {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return found === undefined ? freemem() : Number(found) * 1024;
  } catch {
    return freemem();
  }
}

/** Keeps a value small on disk in the least time that this server can. */
async function fastest(table: string, column: string): Promise<string> {
  const { url } = await getPostgres();
  const [lz4] = await query(
    url(),
    "SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)",
  );
  return lz4 === undefined ? "SELECT" : `ALTER TABLE public."${table}" ALTER ${column} SET COMPRESSION lz4`;
}

describe("fields of up to 1 GB", () => {
  before(function () {
    if (availableBytes() < NEEDED_BYTES) this.skip();
  });

  it("a text of 800 MiB comes back exactly, and no job ever holds it", async function () {
    this.timeout(240_000);
    const [{ vault: settings }, source, target] = [
      await createVaultPlan(),
      await createDatabase(),
      await createDatabase(),
    ];
    await query(
      source,
      "CREATE TABLE public.large (id int, t text, after text)",
      await fastest("large", "t"),
    );
    await query(source, `INSERT INTO public.large SELECT 1, ${VALUE}, 'end'`);
    const backup = await runJobApart({ job: "backup", settings, url: source });
    assert.equal(backup.error, undefined);
    const point = backup.result as PointReference;
    const restore = await runJobApart({ job: "restore", settings, url: target, point });
    assert.equal(restore.error, undefined);
    const verify = await runJobApart({ job: "verify", settings, url: target, point });
    assert.equal((verify.result as { verdict: string }).verdict, "PASS");
    const same = `SELECT t = ${VALUE} AS same, octet_length(t) AS bytes, after FROM public.large`;
    assert.deepEqual(await query(target, same), [{ same: true, bytes: FIELD_BYTES, after: "end" }]);
    for (const [job, { peakKibibytes }] of Object.entries({ backup, restore, verify }))
      assert.ok(peakKibibytes < PEAK_KIBIBYTES, `${job} held ${Math.round(peakKibibytes / 1024)} MiB`);
  });

  it("a row that no client can read as text is an error that names its table and what to do", async function () {
    this.timeout(120_000);
    const [{ vault: settings }, source] = [await createVaultPlan(), await createDatabase()];
    await query(
      source,
      `CREATE TABLE public."too large" (id int, b bytea)`,
      await fastest("too large", "b"),
      `INSERT INTO public."too large" SELECT 1, repeat('x', ${540 * 1024 * 1024})::bytea`,
    );
    const { error } = await runJobApart({ job: "backup", settings, url: source });
    assert.equal(error?.code, "ROW_TOO_LARGE");
    assert.match(error?.message ?? "", /"public"\."too large"/);
    assert.match(error?.hint ?? "", /split or move its value/);
  });
});
