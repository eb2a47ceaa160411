import assert from "node:assert/strict";
import { type Endpoint, endpoint } from "../../../sandbox/supabase/endpoint.ts";
import { createRouter } from "../../../sandbox/supabase/router.ts";

const at = (method: Endpoint["method"], path: string): Endpoint =>
  endpoint({ method, path, handle: () => ({ status: 200 }) });

describe("createRouter", () => {
  const route = createRouter([
    at("GET", "/v1/projects"),
    at("GET", "/v1/projects/{ref}"),
    at("DELETE", "/v1/projects/{ref}"),
    at("GET", "/v1/projects/{ref}/api-keys/{id}"),
    at("GET", "/v1/projects/{ref}/api-keys/legacy"),
  ]);

  it("finds an endpoint by method and path, with its parameters", () => {
    assert.equal(route("GET", "/v1/projects")?.endpoint.path, "/v1/projects");
    const found = route("DELETE", "/v1/projects/abc%20d");
    assert.equal(found?.endpoint.method, "DELETE");
    assert.deepEqual(found?.parameters, { ref: "abc d" });
  });

  it("prefers a literal segment to a parameter", () => {
    assert.equal(route("GET", "/v1/projects/x/api-keys/legacy")?.endpoint.path.endsWith("legacy"), true);
    assert.deepEqual(route("GET", "/v1/projects/x/api-keys/1")?.parameters, { ref: "x", id: "1" });
  });

  it("finds nothing for another method, a longer or shorter path, an empty parameter", () => {
    for (const [method, path] of [
      ["POST", "/v1/projects"],
      ["GET", "/v1/projects/a/b"],
      ["GET", "/v1"],
      ["GET", "/v1/projects/"],
      ["GET", "/v2/projects"],
    ] as const)
      assert.equal(route(method, path), undefined, `${method} ${path}`);
  });

  it("refuses to be built from two endpoints of one address", () => {
    assert.throws(() => createRouter([at("GET", "/a"), at("GET", "/a")]), /defined twice/);
    assert.throws(() => createRouter([at("GET", "/a/{b}"), at("GET", "/a/{c}/d")]), /\{c\} is \{b\}/);
  });
});
