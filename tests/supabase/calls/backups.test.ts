import assert from "node:assert/strict";
import { createRestorePoint } from "../../../supabase/calls/create-restore-point.ts";
import { getBackupSchedule } from "../../../supabase/calls/get-backup-schedule.ts";
import { getRestorePoint } from "../../../supabase/calls/get-restore-point.ts";
import { listBackups } from "../../../supabase/calls/list-backups.ts";
import { backupScheduleReply } from "../../../supabase/calls/replies/backup-schedule-reply.ts";
import { restorePitr } from "../../../supabase/calls/restore-pitr.ts";
import { setBackupSchedule } from "../../../supabase/calls/set-backup-schedule.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { checkCalls } from "../support/check-calls.ts";
import { RECORDED, REF } from "../support/recorded-answers.ts";

const SCHEDULE = { scheduledFor: "04:00:00", updatedAt: new Date("2026-03-02T02:00:00Z") };

checkCalls("supabase/calls: backups", [
  {
    call: "listBackups",
    endpoint: "GET /v1/projects/{ref}/database/backups",
    ask: (api) => listBackups(api, REF),
    result: {
      region: "eu-central-1",
      pitrEnabled: true,
      walgEnabled: true,
      backups: [
        {
          id: 4201,
          physical: true,
          status: "COMPLETED",
          insertedAt: new Date("2026-03-01T02:11:43.120Z"),
        },
      ],
      window: { earliest: new Date("2026-02-24T00:00:00Z"), latest: new Date("2026-03-02T01:59:00Z") },
    },
    field: "backups[0].inserted_at",
  },
  {
    call: "restorePitr",
    endpoint: "POST /v1/projects/{ref}/database/backups/restore-pitr",
    ask: (api) => restorePitr(api, REF, { targetSecondsSinceEpoch: 1772416700 }),
    body: { recovery_time_target_unix: 1772416700 },
  },
  {
    call: "createRestorePoint",
    endpoint: "POST /v1/projects/{ref}/database/backups/restore-point",
    ask: (api) => createRestorePoint(api, REF, { name: "before-upgrade" }),
    body: { name: "before-upgrade" },
    result: { name: "before-upgrade", status: "PENDING" },
    field: "status",
  },
  {
    call: "getRestorePoint",
    endpoint: "GET /v1/projects/{ref}/database/backups/restore-point",
    ask: (api) => getRestorePoint(api, REF, { name: "before-upgrade" }),
    query: { name: "before-upgrade" },
    result: {
      name: "before-upgrade",
      status: "AVAILABLE",
      completedAt: new Date("2026-03-02T02:00:09.000Z"),
    },
    field: "name",
  },
  {
    call: "getBackupSchedule",
    endpoint: "GET /v1/projects/{ref}/database/backups/schedule",
    ask: (api) => getBackupSchedule(api, REF),
    result: SCHEDULE,
    field: "schedule_for",
  },
  {
    call: "setBackupSchedule",
    endpoint: "PATCH /v1/projects/{ref}/database/backups/schedule",
    ask: (api) => setBackupSchedule(api, REF, { scheduledFor: "04:00" }),
    body: { schedule_for: "04:00" },
    result: SCHEDULE,
    field: "updated_at",
  },
]);

describe("supabase/calls/listBackups", () => {
  const recorded = RECORDED["GET /v1/projects/{ref}/database/backups"].body;
  const read = (body: object) => listBackups(answering(body), REF);

  it("has no window without point-in-time recovery, and none with an edge missing", async () => {
    const edges = recorded.physical_backup_data;
    assert.equal((await read({ ...recorded, physical_backup_data: {} })).window, undefined);
    assert.equal((await read({ ...recorded, physical_backup_data: null })).window, undefined);
    assert.equal((await read({ ...recorded, pitr_enabled: false })).window, undefined);
    const { latest_physical_backup_date_unix: _, ...earliest } = edges;
    assert.equal((await read({ ...recorded, physical_backup_data: earliest })).window, undefined);
    assert.ok((await read(recorded)).window);
  });
});

describe("supabase/calls/restorePitr", () => {
  it("refuses what is not a whole second after 1970, and asks nobody", async () => {
    for (const targetSecondsSinceEpoch of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(restorePitr(answering({}), REF, { targetSecondsSinceEpoch }), {
        code: "RECOVERY_TARGET_INVALID",
        exitCode: 2,
      });
    }
  });
});

describe("supabase/calls/replies/backupScheduleReply", () => {
  it("brings every way to write a time of day into one form, and refuses others", () => {
    const read = (text: string) =>
      backupScheduleReply.parse({ schedule_for: text, updated_at: "2026-03-02" });
    for (const text of ["04:05", "04:05:00", "04:05:00.123456"]) {
      assert.equal(read(text).scheduledFor, "04:05:00");
    }
    for (const text of ["4:05", "", "04:05:00Z", "daily"]) assert.throws(() => read(text), text);
  });
});

/** An API that has this answer alone; what is wrong with it is thrown as it is. */
function answering(body: object): ManagementApi {
  return {
    endpoint: "none",
    request: async (call) => {
      if (!call.reply) assert.fail(`${call.path} must not be asked`);
      return call.reply.parse(body);
    },
  };
}
