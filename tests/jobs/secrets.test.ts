import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import pg from "pg";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench } from "../support/jobs.ts";
import { getPostgres } from "../support/servers.ts";

const MARK = "marked-secret-3k9x";
const SAMPLE_MILLISECONDS = 5;

/** Command lines of all processes on this machine, sampled while `work` runs. */
async function commandLinesDuring(work: () => Promise<void>): Promise<Set<string>> {
  const seen = new Set<string>();
  const sample = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It ended between the listing and the look.
      }
    }
  };
  const timer = setInterval(sample, SAMPLE_MILLISECONDS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return seen;
}

describe("a password", function () {
  this.timeout(120_000);
  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  it("is in no argument list, manifest, evidence or stored byte of a backup and a restore", async () => {
    const { url } = await getPostgres();
    const role = `keeper_${Date.now()}`;
    const quoted = pg.escapeIdentifier(role);
    await query(url(), `CREATE ROLE ${quoted} LOGIN SUPERUSER PASSWORD '${MARK}'`);
    const withMark = (address: string): string => {
      const marked = new URL(address);
      marked.username = role;
      marked.password = MARK;
      return marked.href;
    };
    const source = withMark(await createDatabase());
    await query(source, "CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) AS n");
    const bench = await createJobBench();
    const lines = await commandLinesDuring(async () => {
      const { manifest } = await bench.backup(source);
      const target = withMark(await createDatabase());
      await bench.restore(manifest, target);
      assert.equal((await bench.verify(manifest, target)).verdict, "PASS");
    });
    assert.ok(
      [...lines].some((line) => line.includes("pg_dump")),
      "the tools were not seen at all",
    );
    assert.deepEqual(
      [...lines].filter((line) => line.includes(MARK)),
      [],
    );
    const { Contents = [] } = await bench.vault.s3.send(
      new ListObjectsV2Command({ Bucket: bench.vault.bucket }),
    );
    assert.ok(Contents.length > 5);
    for (const { Key } of Contents) {
      const object = await bench.vault.s3.send(new GetObjectCommand({ Bucket: bench.vault.bucket, Key }));
      const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
      assert.ok(!bytes.includes(MARK), `${Key} holds the password`);
    }
  });
});
