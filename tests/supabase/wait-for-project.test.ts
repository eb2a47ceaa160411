import assert from "node:assert/strict";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { waitForProject } from "../../supabase/wait-for-project.ts";
import { type Answering, htmlPage, type ScriptedAnswer, THROTTLED } from "../support/scripted-api.ts";
import { openScripted, REF, type Scripted } from "./support/open-scripted.ts";

const project = (status: string): ScriptedAnswer => ({
  json: {
    id: REF,
    ref: REF,
    name: "shop",
    organization_id: "acme",
    organization_slug: "acme",
    region: "eu-central-1",
    created_at: "2026-01-01T00:00:00Z",
    status,
    database: {
      host: `db.${REF}.supabase.co`,
      version: "17.6.1.111",
      postgres_engine: "17",
      release_channel: "ga",
    },
  },
});
const services =
  (states: Readonly<Record<string, string>> = {}): Answering =>
  (request) => ({
    json: request.query.getAll("services").map((name) => ({
      name,
      healthy: false,
      status: states[name] ?? "ACTIVE_HEALTHY",
    })),
  });
const UNREACHABLE: ScriptedAnswer = {
  status: 400,
  json: { message: "Failed to run sql query: connection refused" },
};

describe("waitForProject", () => {
  let scripted: Scripted;
  const path = "/v1/projects/{ref}";
  const statuses = (...given: [Answering, ...Answering[]]) => scripted.server.on("GET", path, ...given);
  const healths = (...given: [Answering, ...Answering[]]) =>
    scripted.server.on("GET", `${path}/health`, ...given);
  const queries = (...given: [Answering, ...Answering[]]) =>
    scripted.server.on("POST", `${path}/database/query`, ...given);
  const wait = (more: Partial<Parameters<typeof waitForProject>[2]> = {}) =>
    waitForProject(scripted.api, REF, { clock: scripted.time.clock, sleep: scripted.time.sleep, ...more });
  const asked = (end: string) =>
    scripted.server.requests.filter((request) => request.path.endsWith(end)).length;

  beforeEach(async () => {
    scripted = await openScripted({ requestTimeoutSeconds: 1 });
    statuses(project("ACTIVE_HEALTHY"));
    healths(services());
    queries({ status: 201, json: [{ "?column?": 1 }] });
  });
  afterEach(() => scripted.server.close());

  it("gives a project that is ready, at once", async () => {
    const found = await wait();
    assert.equal(found.ref, REF);
    assert.equal(found.status, "ACTIVE_HEALTHY");
    assert.equal(scripted.time.elapsedSeconds(), 0);
    assert.deepEqual(
      scripted.server.requests.map((request) => request.path.split(REF)[1]),
      ["", "/health", "/database/query"],
    );
  });

  it("follows a project through its states, unknown ones too, and tells of each once", async () => {
    const seen: string[] = [];
    statuses(
      ...(["UNKNOWN", "COMING_UP", "COMING_UP", "A_NEW_STATE", "RESTORING", "ACTIVE_UNHEALTHY"].map(
        project,
      ) as [Answering]),
      project("ACTIVE_HEALTHY"),
    );
    await wait({ onStatus: (status) => seen.push(status) });
    assert.deepEqual(seen, [
      "UNKNOWN",
      "COMING_UP",
      "A_NEW_STATE",
      "RESTORING",
      "ACTIVE_UNHEALTHY",
      "ACTIVE_HEALTHY",
    ]);
    assert.equal(asked("/health"), 1);
  });

  for (const status of [
    "GOING_DOWN",
    "INIT_FAILED",
    "REMOVED",
    "INACTIVE",
    "PAUSE_FAILED",
    "RESTORE_FAILED",
  ]) {
    it(`ends at once at ${status}`, async () => {
      statuses(project("RESTORING"), project(status), project("ACTIVE_HEALTHY"));
      await assert.rejects(wait(), (error) => {
        assert.ok(error instanceof HoldfastError);
        assert.equal(error.code, "PROJECT_FAILED");
        assert.match(error.message, new RegExp(`Project ${REF} is ${status}, which does not pass`));
        assert.deepEqual(error.details, [{ ref: REF, status }]);
        return true;
      });
    });
  }

  for (const status of [
    "UNKNOWN",
    "COMING_UP",
    "RESIZING",
    "RESTORING",
    "PAUSING",
    "UPGRADING",
    "RESTARTING",
  ]) {
    it(`waits at ${status} until its deadline, and says so`, async () => {
      statuses(project(status));
      await assert.rejects(wait({ deadlineSeconds: 90 }), (error) => {
        assert.ok(error instanceof HoldfastError);
        assert.equal(error.code, "PROJECT_NOT_READY");
        assert.equal(error.message, `Project ${REF} was not ready within 1m30s: its status is ${status}`);
        assert.deepEqual(error.details, [{ ref: REF, status, reasons: [`its status is ${status}`] }]);
        return true;
      });
      assert.equal(scripted.time.elapsedSeconds(), 90);
    });
  }

  it("does not believe the status alone: services must be healthy, and the first statement run", async () => {
    healths(
      services({ db: "COMING_UP", storage: "UNHEALTHY" }),
      { status: 400, json: { message: "Failed to retrieve project's db service health" } },
      services(),
    );
    queries(UNREACHABLE, { status: 544, json: { message: "timeout" } }, "reset", htmlPage(503), "hang", {
      status: 201,
      json: [],
    });
    await wait();
    assert.equal(asked("/database/query"), 6);
  });

  it("looks at the status again while services come up: a restore may fail then", async () => {
    statuses(project("ACTIVE_HEALTHY"), project("RESTORE_FAILED"));
    healths(services({ db: "COMING_UP" }));
    await assert.rejects(wait(), { code: "PROJECT_FAILED" });
  });

  it("names the services that are not healthy at the deadline", async () => {
    healths((request) => ({
      json: request.query.getAll("services").map((name) => ({
        name,
        status: name === "pooler" ? "UNHEALTHY" : "ACTIVE_HEALTHY",
        error: name === "pooler" ? "not found" : undefined,
      })),
    }));
    await assert.rejects(wait({ deadlineSeconds: 20 }), {
      code: "PROJECT_NOT_READY",
      message: `Project ${REF} was not ready within 20s: pooler is UNHEALTHY (not found)`,
    });
  });

  it("names what the first statement met at the deadline", async () => {
    queries(UNREACHABLE);
    await assert.rejects(wait({ deadlineSeconds: 20 }), {
      message: /Failed to run sql query: connection refused/,
    });
  });

  it("leaves realtime out, unless it is asked for", async () => {
    healths(services({ realtime: "COMING_UP" }));
    await wait();
    await assert.rejects(wait({ services: ["realtime"], deadlineSeconds: 5 }), {
      message: /realtime is COMING_UP/,
    });
  });

  it("asks for the status alone when no proof is wanted", async () => {
    await wait({ proveReady: false });
    assert.equal(scripted.server.requests.length, 1);
  });

  it("rides out what says nothing about the project", async () => {
    const storm: ScriptedAnswer[] = Array.from({ length: 20 }, () => ({ status: 502, empty: true }));
    statuses(...(storm as [ScriptedAnswer]), htmlPage(200), THROTTLED, project("ACTIVE_HEALTHY"));
    await wait();
    assert.ok(scripted.time.elapsedSeconds() > 100);
  });

  it("ends at once where no waiting helps", async () => {
    const never: readonly (readonly [number, string])[] = [
      [401, "SUPABASE_TOKEN_REFUSED"],
      [403, "SUPABASE_FORBIDDEN"],
      [404, "SUPABASE_NOT_FOUND"],
    ];
    for (const [status, code] of never) {
      statuses({ status, json: { message: "no" } });
      await assert.rejects(wait(), { code });
      statuses(project("ACTIVE_HEALTHY"));
      queries({ status, json: { message: "no" } });
      await assert.rejects(wait(), { code });
    }
    assert.equal(scripted.time.elapsedSeconds(), 0);
  });

  it("says that nothing was heard when the API never answered", async () => {
    statuses({ status: 503, empty: true });
    await assert.rejects(wait(), { code: "PROJECT_NOT_READY", message: /no usable answer about it/ });
  });

  it("ends with the reason of its signal", async () => {
    const reason = new Error("enough");
    statuses(project("RESTORING"));
    const controller = new AbortController();
    const onStatus = () => controller.abort(reason);
    await assert.rejects(wait({ signal: controller.signal, onStatus }), reason);
  });
});
