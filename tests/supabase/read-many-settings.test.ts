import assert from "node:assert/strict";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { readProjectSettings } from "../../supabase/project-settings.ts";
import { readManySettings, type SettingsRead } from "../../supabase/read-many-settings.ts";
import { type ScriptedAnswer, type ScriptedApi, startScriptedApi } from "../support/scripted-api.ts";
import { virtualTime } from "../support/virtual-time.ts";
import { collect } from "./support/collect.ts";
import { RECORDED, REF, type RecordedEndpoint, recorded } from "./support/recorded-answers.ts";

const SCHEDULE = "/v1/projects/{ref}/database/backups/schedule";
const ENDPOINTS = [
  "GET /v1/projects/{ref}",
  "GET /v1/projects/{ref}/billing/addons",
  "GET /v1/projects/{ref}/database/backups",
  `GET ${SCHEDULE}`,
  "GET /v1/projects/{ref}/ssl-enforcement",
  "GET /v1/projects/{ref}/network-restrictions",
] as const satisfies readonly RecordedEndpoint[];

const NOT_ENTITLED: ScriptedAnswer = {
  status: 402,
  json: { message: "This feature requires the Enterprise organization plan." },
};

let scripted: ScriptedApi;
let api: ManagementApi;

async function start(): Promise<void> {
  scripted = await startScriptedApi();
  const { clock, sleep } = virtualTime();
  api = openManagementApi({ endpoint: scripted.endpoint, token: scripted.token, clock, sleep });
  for (const endpoint of ENDPOINTS) {
    scripted.on("GET", endpoint.slice(4), ({ parameters }) => {
      const body = recorded(endpoint).body;
      return { json: endpoint.endsWith("{ref}") ? { ...(body as object), ref: parameters.ref } : body };
    });
  }
}

/** `aaa…a`, `aaa…b`, … */
function* refs(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1) {
    const digits = index.toString(26).padStart(20, "0");
    yield digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
  }
}

describe("supabase/readProjectSettings", () => {
  beforeEach(start);
  afterEach(() => scripted.close());

  it("reads all that a plan declares, each with one request", async () => {
    const settings = await readProjectSettings(api, REF);
    assert.equal(settings.project.ref, REF);
    assert.deepEqual(settings.addons.pitr, { variant: "pitr_7", windowDays: 7 });
    assert.deepEqual(settings.backups.window?.latest, new Date("2026-03-02T01:59:00Z"));
    assert.deepEqual(settings.schedule, {
      scheduledFor: "04:00:00",
      updatedAt: new Date("2026-03-02T02:00:00Z"),
    });
    assert.equal(settings.ssl.databaseEnforced, true);
    assert.deepEqual(settings.restrictions.allowedCidrs, ["203.0.113.0/24"]);
    assert.equal(scripted.requests.length, ENDPOINTS.length);
  });

  it("tells a plan without schedules and a project without one from a failure", async () => {
    const scheduleAt = async (answer: ScriptedAnswer) => {
      scripted.on("GET", SCHEDULE, answer);
      return (await readProjectSettings(api, REF)).schedule;
    };
    assert.equal(await scheduleAt(NOT_ENTITLED), "not-entitled");
    assert.equal(await scheduleAt({ status: 404, json: { message: "Backup schedule not found" } }), "none");
    await assert.rejects(scheduleAt({ status: 403, json: { message: "no" } }), {
      code: "SUPABASE_FORBIDDEN",
    });
  });

  it("ends the other requests when one fails, and when it is told to stop", async () => {
    scripted.on("GET", ENDPOINTS[1].slice(4), { status: 403, json: { message: "no" } });
    scripted.on("GET", ENDPOINTS[2].slice(4), "hang");
    await assert.rejects(readProjectSettings(api, REF), { code: "SUPABASE_FORBIDDEN" });
    scripted.on("GET", ENDPOINTS[1].slice(4), "hang");
    const reading = readProjectSettings(api, REF, { signal: AbortSignal.timeout(50) });
    await assert.rejects(reading, { name: "TimeoutError" });
  });
});

describe("supabase/readManySettings", () => {
  beforeEach(start);
  afterEach(() => scripted.close());

  it("reads many projects, each once, a few at a time", async () => {
    const active = new Set<string>();
    let most = 0;
    // The first waits until it has company: on a busy machine they might come one after the other otherwise.
    const company = Promise.withResolvers<void>();
    scripted.on("GET", ENDPOINTS[0].slice(4), async ({ parameters }) => {
      const { ref = "" } = parameters;
      active.add(ref);
      most = Math.max(most, active.size);
      if (active.size > 1) company.resolve();
      await company.promise;
      active.delete(ref);
      return { json: { ...RECORDED["GET /v1/projects/{ref}"].body, ref } };
    });
    const seen = new Set<string>();
    for await (const read of readManySettings(api, refs(60), { concurrency: 4 })) {
      assert.ok("settings" in read && read.settings.project.ref === read.ref);
      seen.add(read.ref);
    }
    assert.deepEqual(seen, new Set(refs(60)));
    assert.ok(most > 1 && most <= 4, `${most} at once`);
    assert.equal(scripted.requests.length, 60 * ENDPOINTS.length);
  });

  it("takes no more refs than there is room for", async () => {
    let taken = 0;
    async function* counted() {
      for (const ref of refs(1_000)) {
        taken += 1;
        yield ref;
      }
    }
    let given = 0;
    for await (const _ of readManySettings(api, counted(), { concurrency: 3 })) {
      given += 1;
      assert.ok(taken - given <= 3, `${taken} taken, ${given} given`);
      if (given === 30) break;
    }
    assert.ok(taken <= 34, `${taken} taken`);
  });

  it("gives a project that cannot be read with its error, and goes on", async () => {
    const [, lost = ""] = refs(2);
    scripted.on("GET", ENDPOINTS[4].slice(4), ({ parameters }) =>
      parameters.ref === lost
        ? { status: 404, json: { message: "Project not found" } }
        : { json: RECORDED["GET /v1/projects/{ref}/ssl-enforcement"].body },
    );
    const read = await collect(readManySettings(api, refs(20)));
    assert.equal(read.length, 20);
    const failed = read.filter((one) => "error" in one);
    assert.deepEqual(
      failed.map(({ ref, error }) => [ref, error.code]),
      [[lost, "SUPABASE_NOT_FOUND"]],
    );
  });

  it("ends with a token that is refused, once and not a thousand times", async () => {
    scripted.on("GET", ENDPOINTS[2].slice(4), { status: 401, json: { message: "Unauthorized" } });
    await assert.rejects(collect(readManySettings(api, refs(1_000))), {
      code: "SUPABASE_TOKEN_REFUSED",
    });
    assert.ok(scripted.requests.length < 200, `${scripted.requests.length} requests`);
  });

  it("meets an error late when its reader is slow, and leaves nothing under way", async () => {
    scripted.on(
      "GET",
      ENDPOINTS[2].slice(4),
      { json: RECORDED[ENDPOINTS[2]].body },
      { status: 401, json: {} },
    );
    const reading = async (): Promise<SettingsRead[]> => {
      const read: SettingsRead[] = [];
      for await (const one of readManySettings(api, refs(100), { concurrency: 4 })) {
        read.push(one);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return read;
    };
    await assert.rejects(reading(), { code: "SUPABASE_TOKEN_REFUSED" });
  });

  it("stops at once when it is told to", async () => {
    scripted.on("GET", ENDPOINTS[0].slice(4), "hang");
    const reading = collect(readManySettings(api, refs(1_000), { signal: AbortSignal.timeout(50) }));
    await assert.rejects(reading, { name: "TimeoutError" });
  });
});
