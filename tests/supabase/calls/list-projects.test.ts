import assert from "node:assert/strict";
import fc from "fast-check";
import { listProjects } from "../../../supabase/calls/list-projects.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { checkAnswer, checkRequest } from "../../support/openapi-subset.ts";
import { type ScriptedApi, startScriptedApi } from "../../support/scripted-api.ts";
import { virtualTime } from "../../support/virtual-time.ts";
import { collect } from "../support/collect.ts";
import { RECORDED, REF } from "../support/recorded-answers.ts";

const ROUTE = "/v1/organizations/{slug}/projects";
const { body: ONE_PAGE } = RECORDED[`GET ${ROUTE}`];
const [LISTED] = ONE_PAGE.projects;

describe("supabase/calls/listProjects", () => {
  let scripted: ScriptedApi;
  let api: ManagementApi;

  beforeEach(async () => {
    scripted = await startScriptedApi();
    const { clock, sleep } = virtualTime();
    api = openManagementApi({ endpoint: scripted.endpoint, token: scripted.token, clock, sleep });
  });
  afterEach(() => scripted.close());

  /** Serves these refs, at most so many at once. */
  const serve = (refs: readonly string[], most = 100) => {
    scripted.on("GET", ROUTE, ({ query }) => {
      const offset = Number(query.get("offset"));
      const limit = Math.min(most, Number(query.get("limit")));
      const projects = refs.slice(offset, offset + limit).map((ref) => ({ ...LISTED, ref }));
      const json = { projects, pagination: { count: refs.length, limit, offset } };
      return { json };
    });
  };
  const read = async () => (await collect(listProjects(api, "bannos"))).map(({ ref }) => ref);
  const refs = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

  it("asks as documented, and tells of the primary database", async () => {
    scripted.on("GET", ROUTE, { json: ONE_PAGE });
    assert.deepEqual(await collect(listProjects(api, "bannos")), [
      {
        ref: REF,
        name: "ordak",
        region: "eu-central-1",
        status: "ACTIVE_HEALTHY",
        isBranch: false,
        createdAt: new Date("2026-01-05T08:30:12.345Z"),
        computeSize: "small",
        diskGigabytes: 8,
      },
    ]);
    const [{ parameters, query } = assert.fail("nothing was asked")] = scripted.requests;
    assert.equal(query.toString(), "offset=0&limit=100&sort=created_asc");
    assert.deepEqual(checkRequest("GET", ROUTE, { parameters, query }), []);
    assert.deepEqual(checkAnswer("GET", ROUTE, 200, ONE_PAGE), []);
  });

  for (const count of [0, 1, 99, 100, 101, 199, 200, 1_000]) {
    it(`gives ${count} projects, each once and in order`, async () => {
      serve(refs(count));
      assert.deepEqual(await read(), refs(count));
    });
  }

  it("goes on where Supabase gives fewer at once than were asked for", async () => {
    serve(refs(25), 10);
    assert.deepEqual(await read(), refs(25));
  });

  it("misses none and gives none twice while others are made and deleted", async () => {
    const change = fc.record({ delete: fc.nat(600), count: fc.nat(200), make: fc.nat(50) });
    await fc.assert(
      fc.asyncProperty(fc.nat(600), fc.array(change, { maxLength: 6 }), async (count, changes) => {
        const alive = refs(count);
        const always = new Set(alive);
        const pending = [...changes];
        const changing: ManagementApi = {
          endpoint: "none",
          async request(call) {
            const offset = Number(call.query?.offset);
            const projects = alive.slice(offset, offset + 100).map((ref) => ({ ...LISTED, ref }));
            const body = { projects, pagination: { count: alive.length } };
            const next = pending.shift();
            for (const ref of alive.splice(next?.delete ?? 0, next?.count ?? 0)) always.delete(ref);
            alive.push(...refs(next?.make ?? 0).map((ref) => `${ref} of page ${pending.length}`));
            return call.reply?.parse(body) ?? assert.fail();
          },
        };
        const given = (await collect(listProjects(changing, "bannos"))).map(({ ref }) => ref);
        assert.equal(new Set(given).size, given.length, "one was given twice");
        assert.deepEqual(new Set(given.filter((ref) => always.has(ref))), always, "one was missed");
      }),
      { numRuns: 200 },
    );
  });

  it("names the endpoint and the field that is missing", async () => {
    scripted.on("GET", ROUTE, { json: { ...ONE_PAGE, projects: [{ ...LISTED, databases: null }] } });
    await assert.rejects(read(), {
      code: "SUPABASE_REPLY_UNEXPECTED",
      message: /organizations.*projects\[0\]\.databases: expected array, found null/,
    });
  });
});
