import assert from "node:assert/strict";
import { lastDrill } from "../../../jobs/measure/last-drill.ts";
import { longestBackup } from "../../../jobs/measure/longest-backup.ts";
import { foldRuns } from "../../../jobs/watch/fold-runs.ts";
import { lookAtRuns } from "../../../jobs/watch/look-at-runs.ts";
import { EvidenceRecord, FIRST_PREVIOUS_HASH } from "../../../vault/evidence/evidence-record.ts";
import { testProject } from "../../support/jobs.ts";

let sequence = 0;

function record(
  kind: string,
  project: string,
  body: EvidenceRecord["body"],
  at = "2026-03-02T02:00:00.000Z",
) {
  sequence += 1;
  return EvidenceRecord.parse({
    ...{ format: "holdfast.evidence", version: 1, sequence, at, kind, environment: "test", project, body },
    ...{ previousHash: FIRST_PREVIOUS_HASH, hash: FIRST_PREVIOUS_HASH },
  });
}

const backup = (point: string, durationSeconds: number, more: EvidenceRecord["body"] = {}) =>
  record("backup", "shop", { verdict: "PASS", tier: "nightly", point, durationSeconds, ...more });

describe("the longest backup", () => {
  it("is the longest that passed, of this project", () => {
    const longer = record("backup", "other", { verdict: "PASS", point: "c", durationSeconds: 900 });
    assert.deepEqual(longestBackup([backup("a", 10), backup("b", 40), backup("d", 20), longer], "shop"), {
      point: "b",
      durationSeconds: 40,
    });
  });

  it("is none of a failed backup, of one settled by a later run, nor of what does not say", () => {
    const failed = backup("a", 10, { verdict: "FAIL" });
    const late = backup("b", 5_000, { settledByLaterRun: true });
    const mute = backup("c", 10, { durationSeconds: "10" });
    assert.equal(longestBackup([failed, late, mute], "shop"), undefined);
  });
});

describe("the last drill", () => {
  const drill = (body: EvidenceRecord["body"]) =>
    record("drill", "shop", { drill: "staging-restore", ...body });

  it("is the newest of its kind and project, by its own end", () => {
    const completedAt = "2026-03-02T05:20:00.000Z";
    const newest = drill({ verdict: "PASS", completedAt, point: "nightly_1", rtoSeconds: 71.5 });
    const others = [
      record("drill", "other", { drill: "staging-restore", verdict: "FAIL" }),
      record("drill", "shop", { drill: "full-dr", verdict: "FAIL" }),
    ];
    assert.deepEqual(lastDrill([...others, newest, drill({ verdict: "FAIL" })], "shop", "staging-restore"), {
      ...{ verdict: "PASS", at: new Date(completedAt), point: "nightly_1", rtoSeconds: 71.5 },
    });
    assert.equal(lastDrill(others, "shop", "staging-restore"), undefined);
    const ofCheckpoint = drill({ verdict: "FAIL", isNewest: false });
    assert.equal(lastDrill([ofCheckpoint, newest], "shop", "staging-restore")?.verdict, "PASS");
    assert.equal(
      lastDrill([drill({ verdict: "FAIL", isNewest: true }), newest], "shop", "staging-restore")?.verdict,
      "FAIL",
    );
  });

  it("failed when it does not say that it passed, at the time of its record", () => {
    assert.deepEqual(lastDrill([drill({ verdict: "FINE" })], "shop", "staging-restore"), {
      verdict: "FAIL",
      at: new Date("2026-03-02T02:00:00.000Z"),
    });
  });
});

describe("the last runs", () => {
  const places = (runs: ReturnType<typeof foldRuns>) =>
    Object.fromEntries(Object.entries(runs).map(([place, run]) => [place, `${run.isFailed} ${run.what}`]));

  it("are the newest of each tier, bucket and shard, in whatever order evidence comes", () => {
    const passed = backup("a", 10);
    const failed = record("backup", "shop", {
      ...{ verdict: "FAIL", tier: "nightly", error: { code: "SOURCE_NOT_READABLE", message: "…" } },
    });
    const sync = (shard: object, verdict: string) =>
      record("storage-sync", "shop", { bucket: "photos", verdict, ...shard });
    const records = [
      ...[passed, failed, sync({}, "PASS"), sync({ shard: "2/4" }, "FAIL")],
      record("verify", "shop", { verdict: "FAIL" }),
    ];
    assert.deepEqual(places(foldRuns({}, records.toReversed())), {
      "shop/nightly": "true SOURCE_NOT_READABLE",
      "shop/storage/photos": "false undefined",
      "shop/storage/photos#2/4": "true undefined",
    });
  });

  it("stand against the plan when they failed, shard by shard, and slow ones above the bound alone", () => {
    const project = testProject({
      ...{ kind: "supabase", ref: "a".repeat(20) },
      storage: [{ bucket: "photos", shards: 2 }, { bucket: "logos" }],
      storageAccess: { accessKeyId: { env: "ID" }, secretAccessKey: { env: "SECRET" } },
    });
    const sync = (shard: string | undefined, verdict: string, bucket = "photos") =>
      record("storage-sync", "shop", { bucket, verdict, ...(shard !== undefined && { shard }) });
    const alerts = {
      thresholds: { backupDurationWarningSeconds: 900, lateAfterSeconds: 7_200 },
    } as Parameters<typeof lookAtRuns>[0]["alerts"];
    const now = new Date("2026-03-02T03:00:00Z");
    const ids = (...records: EvidenceRecord[]) =>
      lookAtRuns({ projects: [project], alerts }, { runs: foldRuns({}, records), since: {}, now }).map(
        ({ severity, id }) => `${severity} ${id}`,
      );
    assert.deepEqual(
      ids(sync("1/2", "FAIL"), sync("2/2", "PASS"), sync(undefined, "FAIL"), sync("3/4", "FAIL")),
      ["critical shop/storage/photos#1/2/sync-failed"],
    );
    assert.deepEqual(ids(sync(undefined, "FAIL", "logos"), sync(undefined, "PASS", "unknown")), [
      "critical shop/storage/logos/sync-failed",
    ]);
    assert.deepEqual(ids(backup("a", 900)), []);
    assert.deepEqual(ids(backup("a", 900.5)), ["warning shop/nightly/backup-slow"]);
    // What the plan does not schedule is told by whoever ran it.
    assert.deepEqual(ids(record("backup", "shop", { tier: "weekly", verdict: "FAIL" })), []);
  });

  it("stand against the plan when a sync is longer ago than its schedule allows, shard by shard", () => {
    const project = testProject({
      ...{ kind: "supabase", ref: "a".repeat(20) },
      storage: [{ bucket: "photos", schedule: "30 2 * * *", shards: 2 }],
      storageAccess: { accessKeyId: { env: "ID" }, secretAccessKey: { env: "SECRET" } },
    });
    const alerts = {
      thresholds: { backupDurationWarningSeconds: 900, lateAfterSeconds: 7_200 },
    } as Parameters<typeof lookAtRuns>[0]["alerts"];
    const began = new Date("2026-03-01T12:00:00Z");
    const since = { "shop/storage/photos#1/2": began, "shop/storage/photos#2/2": began };
    const at = "2026-03-02T03:00:00.000Z";
    const first = record("storage-sync", "shop", { bucket: "photos", verdict: "PASS", shard: "1/2" }, at);
    const says = (now: string, of: Readonly<Record<string, Date>> = since) =>
      lookAtRuns(
        { projects: [project], alerts },
        { runs: foldRuns({}, [first]), since: of, now: new Date(now) },
      ).map((alert) => `${alert.severity} ${alert.id}: ${alert.says}`);
    assert.deepEqual(says("2026-03-02T04:30:00Z"), []);
    const never =
      "critical shop/storage/photos#2/2/sync-late: The sync of shop's bucket photos, shard 2/2, never ended well, due first at 2026-03-02T02:30:00.000Z";
    assert.deepEqual(says("2026-03-02T04:30:01Z"), [never]);
    assert.deepEqual(says("2026-03-03T04:30:00Z"), [never]);
    assert.deepEqual(says("2026-03-03T04:30:01Z"), [
      "critical shop/storage/photos#1/2/sync-late: The sync of shop's bucket photos, shard 1/2, ended last at 2026-03-02T03:00:00.000Z; that of 2026-03-03T02:30:00.000Z is missing",
      never,
    ]);
    // Added to the plan again a moment ago.
    assert.deepEqual(says("2026-03-03T04:30:01Z", {}), []);
  });

  it("stay as they are known when older evidence is read again", () => {
    const known = foldRuns({}, [
      record("backup", "shop", { verdict: "FAIL", tier: "weekly" }, "2026-03-02T03:00:00.000Z"),
    ]);
    const older = record(
      "backup",
      "shop",
      { verdict: "PASS", tier: "weekly", point: "w" },
      "2026-02-23T03:00:00.000Z",
    );
    assert.deepEqual(foldRuns(known, [older]), known);
    const newer = record(
      "backup",
      "shop",
      { verdict: "PASS", tier: "weekly", point: "w" },
      "2026-03-02T04:00:00.000Z",
    );
    assert.deepEqual(places(foldRuns(known, [newer])), { "shop/weekly": "false w" });
  });
});
