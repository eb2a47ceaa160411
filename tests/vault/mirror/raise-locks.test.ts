import assert from "node:assert/strict";
import { GetObjectRetentionCommand } from "@aws-sdk/client-s3";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { openMirror } from "../../../vault/mirror/open-mirror.ts";
import { putMirrorObject } from "../../../vault/mirror/put-mirror-object.ts";
import { type RaisedLocks, raiseLocks } from "../../../vault/mirror/raise-locks.ts";
import { openVault } from "../../../vault/open-vault.ts";
import type { Vault } from "../../../vault/vault.ts";
import { createVaultPlan } from "../../support/vaults.ts";
import { rowOf } from "./test-mirror.ts";

const DAY = 86_400_000;

describe("raiseLocks", function () {
  this.timeout(60_000);
  const start = Math.floor(Date.now() / 1000) * 1000;
  const day = (days: number) => new Date(start + days * DAY);
  let vault: Vault;

  const placeOf = (mode: Vault["lockMode"], lockDays: number, now: Date) => ({
    ...{ vault: { ...vault, lockMode: mode, clock: () => now }, lockDays },
    ...{ project: "shop", bucket: "photos" },
  });
  /** A copy of the first day, locked for 37 days. */
  const copy = async (name: string, mode: Vault["lockMode"] = "governance"): Promise<IndexRow> => {
    const mirror = await openMirror(placeOf(mode, 37, day(0)));
    const body = Buffer.from("abc");
    const stored = await putMirrorObject(mirror, { name, version: "v1", size: 3, body });
    mirror.close();
    return rowOf(name, "v1", { ...stored, copiedAt: day(0).toISOString() });
  };
  const lockOf = async ({ name, mirrorVersionId }: IndexRow) => {
    const target = {
      Bucket: vault.bucket,
      Key: mirrorKey("shop", "photos", name),
      VersionId: mirrorVersionId,
    };
    const { Retention } = await vault.s3.send(new GetObjectRetentionCommand(target));
    return [Retention?.Mode, Retention?.RetainUntilDate?.toISOString()];
  };
  const never = (row: IndexRow) => assert.fail(`the lock of ${row.name} was refused`);
  /** Under a plan that has changed since: 300 days, and a week between full runs. */
  const raise = (
    rows: readonly IndexRow[],
    now: Date,
    { onRefused = never, isReplaced = false, retainDays = 300 }: Partial<RaisedLocks> = {},
    mode: Vault["lockMode"] = "governance",
  ) => raiseLocks(placeOf(mode, retainDays + 7, now), rows, { retainDays, isReplaced, onRefused });

  before(async () => {
    const { vault: settings } = await createVaultPlan({ lockMode: "governance" });
    vault = await openVault(settings, { clock: () => new Date(), purpose: "write" });
  });
  after(() => vault?.close());

  it("goes by the lock that a copy got, whatever the plan says today", async () => {
    const row = await copy("longer");
    assert.equal(row.lockedUntil, day(37).toISOString());
    const [raised] = await raise([row], day(1), { isReplaced: true });
    assert.deepEqual(raised, { ...row, lockedUntil: day(301).toISOString() });
    assert.deepEqual(await lockOf(row), ["GOVERNANCE", day(301).toISOString()]);
    // Long enough already: nothing is asked of the store.
    assert.deepEqual(await raise([raised], day(1), { isReplaced: true }), [raised]);
    const stays = await copy("stays");
    assert.deepEqual(await raise([stays], day(1)), [stays]);
    assert.deepEqual(await raise([stays], day(5), { isReplaced: true, retainDays: 30 }), [stays]);
  });

  it("takes the plan's days for a row of an older release, which does not tell its lock", async () => {
    const { lockedUntil: _, ...row } = await copy("older");
    assert.deepEqual(await raise([row], day(5), { isReplaced: true }), [row]);
    const [raised] = await raise([row], day(8), { isReplaced: true });
    assert.equal(raised?.lockedUntil, day(308).toISOString());
  });

  it("counts from the deletion of an object that came back, not from its next copy", async () => {
    const row = { ...(await copy("back")), missingSince: day(20).toISOString() };
    const next = rowOf("back", "v2", { copiedAt: day(45).toISOString() });
    const [raised] = await raise([row, next], day(46), { retainDays: 30 });
    assert.equal(raised?.lockedUntil, day(50).toISOString());
  });

  it("leaves a lock of mode compliance as it is under governance, and tells it; the other way it is raised", async () => {
    const strict = await copy("strict", "compliance");
    const refused: string[][] = [];
    const rows = await raise([strict], day(10), {
      isReplaced: true,
      onRefused: ({ name }, { code }) => refused.push([name, code]),
    });
    assert.deepEqual([rows, refused], [[strict], [["strict", "STORE_ACCESS_DENIED"]]]);
    assert.deepEqual(await lockOf(strict), ["COMPLIANCE", day(37).toISOString()]);
    const soft = await copy("soft");
    await raise([soft], day(10), { isReplaced: true }, "compliance");
    assert.deepEqual(await lockOf(soft), ["COMPLIANCE", day(310).toISOString()]);
  });
});
