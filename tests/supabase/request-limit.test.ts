import assert from "node:assert/strict";
import { requestLimit } from "../../supabase/request-limit.ts";

describe("requestLimit", () => {
  const get = (path: `/${string}`, parameters: Record<string, string> = {}) =>
    requestLimit({ path, parameters }, 120);

  it("counts each endpoint and project or organization apart", () => {
    const path = "/v1/projects/{ref}/database/backups";
    const keys = [
      get(path, { ref: "a" }),
      get(path, { ref: "b" }),
      get("/v1/projects/{ref}", { ref: "a" }),
      get("/v1/organizations/{slug}", { slug: "a" }),
      get("/v1/projects"),
    ].map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("counts together what differs only in other parameters", () => {
    const path = "/v1/projects/{ref}/functions/{function_slug}";
    assert.equal(
      get(path, { ref: "a", function_slug: "x" }).key,
      get(path, { ref: "a", function_slug: "y" }).key,
    );
  });

  it("knows the endpoints that have another limit", () => {
    assert.deepEqual(
      [get("/v1/projects/{ref}").windowSeconds, get("/v1/projects/{ref}").requests],
      [60, 120],
    );
    const migrations = get("/v1/projects/{ref}/database/migrations");
    assert.deepEqual([migrations.windowSeconds, migrations.requests], [180, 120]);
    assert.equal(get("/v1/projects/{ref}/database/context").requests, 10);
  });

  it("is never more than was set", () => {
    assert.equal(requestLimit({ path: "/v1/projects" }, 7).requests, 7);
    assert.equal(requestLimit({ path: "/v1/projects/{ref}/database/context" }, 7).requests, 7);
  });
});
