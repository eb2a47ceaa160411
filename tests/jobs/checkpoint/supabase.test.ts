import assert from "node:assert/strict";
import { lookAtWindow } from "../../../jobs/checkpoint/look-at-window.ts";
import { nameRestorePoint } from "../../../jobs/checkpoint/name-restore-point.ts";
import type { PitrMemory } from "../../../jobs/measure/pitr-memory.ts";
import { ApiError } from "../../../supabase/api-error.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { type ScriptedApi, startScriptedApi } from "../../support/scripted-api.ts";

const REF = "abcdefghijklmnopqrst";
const PROJECT = "/v1/projects/{ref}";
const POINT = `${PROJECT}/database/backups/restore-point`;
const CHECKPOINT = "CHECKPOINT_20260131_174501_vv1.4.2";
const NAME = "hf_20260131_174501";
const REFUSED = { status: 400, json: { message: "This endpoint is unavailable at the moment" } } as const;
const now = new Date("2026-01-31T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe("a checkpoint asks Supabase", () => {
  let api: ScriptedApi;
  beforeEach(async () => {
    api = await startScriptedApi();
  });
  afterEach(() => api.close());
  const open = () => openManagementApi({ token: api.token, endpoint: api.endpoint, clock: () => new Date() });

  describe("for the recovery window", () => {
    const supabase = { kind: "supabase", ref: REF, pitr: { windowDays: 7 } } as const;
    const look = (
      project: Parameters<typeof lookAtWindow>[0] = supabase,
      previous?: PitrMemory,
      client: ReturnType<typeof open> | undefined = open(),
    ) => lookAtWindow(project, { api: client, lagLimitSeconds: 300, clock: () => now, previous });
    const answers = (json: object) => {
      api.on("GET", `${PROJECT}/database/backups`, {
        json: { region: "eu-west-2", walg_enabled: true, backups: [], ...json },
      });
      api.on("POST", `${PROJECT}/database/query/read-only`, {
        status: 201,
        json: [{ position: "0/5000060" }],
      });
    };
    const windowTo = (lagSeconds: number) =>
      answers({
        pitr_enabled: true,
        physical_backup_data: {
          earliest_physical_backup_date_unix: ago(90_000 + lagSeconds).getTime() / 1000,
          latest_physical_backup_date_unix: ago(lagSeconds).getTime() / 1000,
        },
      });
    const verdicts = async (...args: Parameters<typeof look>) =>
      (await look(...args)).checks.map(({ verdict, detail }) => [verdict, detail]);

    it("and takes a lag up to the plan's threshold, not more", async () => {
      windowTo(300);
      const { window, checks, why } = await look();
      assert.deepEqual(window, {
        earliest: ago(90_300).toISOString(),
        latest: ago(300).toISOString(),
        hours: 25,
        lagSeconds: 300,
      });
      assert.deepEqual(
        checks.map(({ verdict, detail }) => [verdict, detail]),
        [["PASS", "5m behind, 5m allowed"]],
      );
      assert.equal(why, undefined);
      windowTo(301);
      assert.deepEqual(await verdicts(), [
        [
          "FAIL",
          "5m1s behind, 5m allowed; whether anything was written since is not known without npm run watch",
        ],
      ]);
    });

    it("and tells an idle database from an archive that stands still by what the watch remembers", async () => {
      windowTo(3600);
      const memory = (position: string): PitrMemory => ({
        at: ago(240),
        earliest: ago(93_600),
        latest: ago(3600),
        log: { position, writtenAfter: ago(3500) },
      });
      assert.deepEqual(await verdicts(supabase, memory("0/5000060")), [
        ["PASS", `nothing was written since ${ago(3600).toISOString()}`],
      ]);
      assert.deepEqual(await verdicts(supabase, memory("0/4000000")), [["FAIL", "1h behind, 5m allowed"]]);
    });

    it("and blocks when it is off or empty, where the plan declares it", async () => {
      answers({ pitr_enabled: false });
      assert.deepEqual(await verdicts(), [["FAIL", "it is off; the plan declares 7 days"]]);
      const off = await look({ kind: "supabase", ref: REF, pitr: undefined });
      assert.deepEqual([off.window, off.checks], [null, []]);
      assert.match(off.why ?? "", /has no point-in-time recovery, and the plan declares none/);
      answers({ pitr_enabled: true });
      assert.deepEqual(await verdicts(), [["FAIL", "it is on, and has nothing to recover to yet"]]);
    });

    it("and shows a window that the plan does not declare, without judging it", async () => {
      windowTo(4000);
      const { window, checks } = await look({ kind: "supabase", ref: REF, pitr: undefined });
      assert.deepEqual([window?.lagSeconds, checks], [4000, []]);
    });

    it("but not for a plain database, and blocks when it cannot ask for what is declared", async () => {
      const plain = await look({ kind: "postgres", ref: undefined, pitr: undefined });
      assert.deepEqual([plain.window, plain.checks, api.requests.length], [null, [], 0]);
      const blind = await lookAtWindow(supabase, { api: undefined, lagLimitSeconds: 300, clock: () => now });
      assert.deepEqual(
        blind.checks.map(({ verdict }) => verdict),
        ["FAIL"],
      );
    });
  });

  describe("for a restore point", () => {
    const name = (checkpoint: string | undefined = CHECKPOINT, deadlineSeconds = 5) =>
      nameRestorePoint(open(), REF, checkpoint, {
        organization: "acme",
        clock: () => new Date(),
        deadlineSeconds,
      });
    const shown = (status: string) => ({
      json: { name: NAME, status, completed_on: status === "PENDING" ? null : now.toISOString() },
    });
    const made = () => api.requests.filter(({ method }) => method === "POST");
    const none = { status: 404, json: { message: "Restore point not found" } } as const;
    const entitlements = (...entries: object[]) =>
      api.on("GET", "/v1/organizations/{slug}/entitlements", { json: { entitlements: entries } });
    beforeEach(() => entitlements());

    it("and says that the account has none: by its entitlements, or by the endpoint's refusal", async () => {
      api.on("GET", POINT, REFUSED);
      assert.deepEqual(await name(), {
        entitled: false,
        detail: "not entitled: Supabase has them for selected customers only",
      });
      entitlements({
        feature: { key: "backup.restore_point" },
        hasAccess: false,
        type: "boolean",
        config: { enabled: false },
      });
      assert.deepEqual(await name(), {
        entitled: false,
        detail: "not entitled, by the organization's entitlements",
      });
      assert.deepEqual(made(), []);
    });

    it("under a name of the checkpoint's second, and waits until it is there", async () => {
      api.on("GET", POINT, none, shown("PENDING"), shown("AVAILABLE"));
      api.on("POST", POINT, { status: 201, ...shown("PENDING") });
      const named = await name();
      assert.deepEqual([named.entitled, named.name, named.status], [true, NAME, "AVAILABLE"]);
      assert.match(named.detail, /UNVERIFIED/);
      assert.deepEqual(
        made().map(({ json }) => json),
        [{ name: NAME }],
      );
    });

    it("once: the one of an earlier try is taken", async () => {
      api.on("GET", POINT, shown("AVAILABLE"));
      assert.equal((await name()).status, "AVAILABLE");
      assert.deepEqual(made(), []);
    });

    it("and finds the one whose answer was lost", async () => {
      api.on("GET", POINT, none, shown("AVAILABLE"));
      api.on("POST", POINT, "reset");
      assert.equal((await name()).status, "AVAILABLE");
      assert.equal(made().length, 1);
    });

    it("and tells of one that takes long or fails as it is", async () => {
      api.on("GET", POINT, shown("PENDING"));
      assert.equal((await name(CHECKPOINT, 1)).status, "PENDING");
      api.on("GET", POINT, shown("FAILED"));
      assert.equal((await name()).status, "FAILED");
    });

    it("or, in a dry run, only whether there could be one", async () => {
      api.on("GET", POINT, none);
      const { entitled, status } = await nameRestorePoint(open(), REF, undefined, {
        organization: "acme",
        clock: () => new Date(),
      });
      assert.deepEqual([entitled, status, made().length], [true, undefined, 0]);
    });

    it("and throws what is no answer to that", async () => {
      api.on("GET", POINT, { status: 403, json: { message: "Forbidden" } });
      await assert.rejects(
        name(),
        (error) => error instanceof ApiError && error.code === "SUPABASE_FORBIDDEN",
      );
    });
  });
});
