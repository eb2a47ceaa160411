import assert from "node:assert/strict";
import { checkAnswer, checkRequest, hasOpenApiSubset } from "./openapi-subset.ts";

const BACKUPS = "/v1/projects/{ref}/database/backups";
const REF = "abcdefghijklmnopqrst";

describe("support/openapi-subset", () => {
  before(function () {
    if (!hasOpenApiSubset) this.skip();
  });

  it("finds what is wrong with an answer", () => {
    const good = {
      region: "a",
      walg_enabled: true,
      pitr_enabled: false,
      backups: [],
      physical_backup_data: {},
    };
    assert.deepEqual(checkAnswer("GET", BACKUPS, 200, good), []);
    const { region: _, ...bad } = { ...good, backups: [{ id: "1" }] };
    const problems = checkAnswer("GET", BACKUPS, 200, bad).join("\n");
    assert.match(problems, /200\.region: missing/);
    assert.match(problems, /200\.backups\[0\]\.id: expected integer, found "1"/);
    assert.match(problems, /200\.backups\[0\]\.status: missing/);
  });

  it("refuses a success that is not described, and a refusal without a message", () => {
    assert.deepEqual(checkAnswer("GET", BACKUPS, 201, {}).length, 1);
    assert.deepEqual(checkAnswer("GET", BACKUPS, 404, { message: "Project not found" }), []);
    assert.deepEqual(checkAnswer("GET", BACKUPS, 404, {}).length, 1);
    assert.throws(() => checkAnswer("GET", "/v1/unheard-of", 200, {}), /not in the OpenAPI subset/);
  });

  it("finds what is wrong with a request", () => {
    const restore = (body: unknown, ref = REF) =>
      checkRequest("POST", `${BACKUPS}/restore-pitr`, { body, parameters: { ref } });
    assert.deepEqual(restore({ recovery_time_target_unix: 1 }), []);
    assert.match(restore({ recovery_time_target_unix: -1 }).join(), /-1 is below 0/);
    assert.match(restore(undefined).join(), /body: expected object, found undefined/);
    assert.match(restore({ recovery_time_target_unix: 1 }, "ABC").join(), /does not match/);
    const health = (query: string) =>
      checkRequest("GET", "/v1/projects/{ref}/health", {
        parameters: { ref: REF },
        query: new URLSearchParams(query),
      });
    assert.deepEqual(health("services=db&services=auth&timeout_ms=10000"), []);
    assert.match(health("services=db&timeout_ms=10001").join(), /10001 is above 10000/);
    assert.match(health("services=cache").join(), /"cache" is none of/);
    assert.match(health("").join(), /services is missing/);
    assert.match(health("services=db&all=1").join(), /query parameter all is not described/);
  });
});
