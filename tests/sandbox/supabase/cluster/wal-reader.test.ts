import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { runTool } from "../../../../sandbox/servers/run-tool.ts";
import { CRC32C_START, crc32c } from "../../../../sandbox/supabase/cluster/crc32c.ts";
import { isOnPath, timelineOfSegment } from "../../../../sandbox/supabase/cluster/timeline-path.ts";
import {
  parseLsn,
  parseWalSegmentName,
  walSegmentName,
} from "../../../../sandbox/supabase/cluster/wal-names.ts";
import { WalReader } from "../../../../sandbox/supabase/cluster/wal-reader.ts";
import { findOrInstallPostgres } from "../../../../sandbox/tools/find-or-install-postgres.ts";
import { addNote, createCluster, removeClusters } from "../support/clusters.ts";

const SEGMENT_BYTES = 16 * 1024 * 1024;

describe("names and positions in WAL", () => {
  it("are read and written as PostgreSQL does", () => {
    assert.equal(parseLsn("1/A0000028"), 2 ** 32 + 0xa0000028);
    assert.equal(walSegmentName(2, 0x1ff, SEGMENT_BYTES), "0000000200000001000000FF");
    assert.equal(parseWalSegmentName("0000000200000001000000FF", SEGMENT_BYTES), 0x1ff);
    assert.equal(parseWalSegmentName("00000002.history", SEGMENT_BYTES), undefined);
    assert.throws(() => parseLsn("nonsense"));
  });

  it("follow timelines to where each was left", () => {
    const path = [
      { timeline: 1, endLsn: 2.5 * SEGMENT_BYTES },
      { timeline: 3, endLsn: Number.POSITIVE_INFINITY },
    ];
    assert.deepEqual(
      [0, 1, 2, 3].map((segment) => timelineOfSegment(path, segment, SEGMENT_BYTES)),
      [1, 1, 3, 3],
    );
    assert.ok(isOnPath(path, 1, 2 * SEGMENT_BYTES));
    assert.ok(!isOnPath(path, 1, 3 * SEGMENT_BYTES));
    assert.ok(!isOnPath(path, 2, SEGMENT_BYTES));
  });

  it("are guarded by Castagnoli's checksum", () => {
    assert.equal((crc32c(Buffer.from("123456789"), CRC32C_START) ^ 0xffffffff) >>> 0, 0xe3069283);
  });
});

describe("the reader of archived WAL", () => {
  let archive = "";
  let names: string[] = [];
  const files = new Map<string, Buffer>();
  before(async () => {
    const { cluster, directory } = await createCluster();
    for (const note of ["one", "two", "three"]) await addNote(cluster, note);
    // Large enough to go over from one segment to the next.
    await cluster.query(
      "CREATE TABLE public.large AS SELECT repeat(n::text, 200) AS text FROM generate_series(1, 25000) AS n",
    );
    await cluster.stop();
    archive = join(directory, "archive");
    names = readdirSync(archive).sort();
    for (const name of names) files.set(name, readFileSync(join(archive, name)));
  });
  after(removeClusters);

  /** Reads the archive from its first record on. */
  function readAll(change: (bytes: Buffer, name: string) => Buffer = (bytes) => bytes): WalReader {
    const first = parseWalSegmentName(names[0] ?? "", SEGMENT_BYTES) ?? 0;
    const reader = new WalReader(first * SEGMENT_BYTES + 40, SEGMENT_BYTES);
    for (const name of names) {
      const bytes = change(files.get(name) ?? Buffer.alloc(0), name);
      const { segment } = reader;
      while (reader.segment === segment && reader.damage === undefined)
        reader.read(bytes.subarray(reader.offset, reader.offset + 128 * 1024));
    }
    return reader;
  }

  it("finds the last commit that PostgreSQL's own tool finds", async function () {
    const { binDirectory } = await findOrInstallPostgres();
    const tool = join(binDirectory, "pg_waldump");
    const reader = readAll();
    assert.equal(reader.damage, undefined);
    assert.ok(names.length >= 2);
    if (!existsSync(tool)) this.skip();
    const { stdout } = await runTool(
      tool,
      ["--rmgr=Transaction", "--path", archive, names[0] ?? "", names.at(-1) ?? ""],
      {
        mayFail: true,
      },
    );
    const commits = [
      ...stdout.matchAll(/(?:COMMIT|ABORT) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.(\d{6}) (?:UTC|GMT)/g),
    ];
    const times = commits.map(([, second, micro]) => Date.parse(`${second}Z`) * 1000 + Number(micro));
    assert.ok(times.length >= 5);
    assert.equal(reader.lastCommitMicroseconds, Math.max(...times));
  });

  it("sees damage, and never believes in more than there is", () => {
    const truth = readAll().lastCommitMicroseconds ?? 0;
    const last = names.at(-2) ?? "";
    assert.match(
      readAll((bytes, name) => (name === last ? bytes.subarray(0, 100_000) : bytes)).damage ?? "",
      /ends at byte/,
    );
    assert.match(
      readAll((bytes, name) => (name === last ? Buffer.alloc(bytes.length) : bytes)).damage ?? "",
      /no WAL page|ends early/,
    );
    fc.assert(
      fc.property(
        fc.nat(names.length - 1),
        fc.nat(200_000),
        fc.integer({ min: 1, max: 255 }),
        (file, offset, mask) => {
          const reader = readAll((bytes, name) => {
            if (name !== names[file]) return bytes;
            const changed = Buffer.from(bytes);
            changed.writeUInt8(changed.readUInt8(offset) ^ mask, offset);
            return changed;
          });
          assert.ok((reader.lastCommitMicroseconds ?? 0) <= truth);
          // Without damage the byte was between records, or behind the last.
          if (reader.damage === undefined) assert.equal(reader.lastCommitMicroseconds, truth);
        },
      ),
      { numRuns: 6 },
    );
  });
});
