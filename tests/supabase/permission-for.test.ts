import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import type { ApiCall } from "../../supabase/api-call.ts";
import { permissionFor } from "../../supabase/permission-for.ts";

const SUBSET = new URL("../../../shared/reference/supabase-openapi-subset.json", import.meta.url);

describe("permissionFor", () => {
  const known: readonly (readonly [ApiCall<unknown>["method"], `/${string}`, string | undefined])[] = [
    ["GET", "/v1/projects", "projects_read"],
    ["POST", "/v1/projects", "organization_projects_create"],
    ["GET", "/v1/projects/{ref}", "project_admin_read"],
    ["DELETE", "/v1/projects/{ref}", "project_admin_write"],
    ["GET", "/v1/projects/{ref}/health", "project_admin_read"],
    ["PATCH", "/v1/projects/{ref}/billing/addons", "infra_add_ons_write"],
    ["DELETE", "/v1/projects/{ref}/billing/addons/{addon_variant}", "infra_add_ons_write"],
    ["GET", "/v1/projects/{ref}/database/backups", "backups_read"],
    ["POST", "/v1/projects/{ref}/database/backups/restore-pitr", "backups_write"],
    ["POST", "/v1/projects/{ref}/database/query", "database_write"],
    ["POST", "/v1/projects/{ref}/database/query/read-only", "database_read"],
    ["GET", "/v1/projects/{ref}/pgsodium", "project_admin_write"],
    ["GET", "/v1/organizations/{slug}/entitlements", "organization_admin_read"],
    ["GET", "/v1/organizations/{slug}/projects", "organization_projects_read"],
    ["POST", "/v1/projects/{ref}/branches", "branching_development_create"],
    ["DELETE", "/v1/branches/{branch_id_or_ref}", "branching_development_delete"],
    ["GET", "/v9/unknown", undefined],
  ];
  for (const [method, path, permission] of known) {
    it(`${method} ${path} needs ${permission ?? "what nobody knows"}`, () => {
      assert.equal(permissionFor({ method, path }), permission);
    });
  }

  it("agrees with the vendor's own description, where that is at hand", function () {
    if (!existsSync(SUBSET)) this.skip();
    const { paths } = JSON.parse(readFileSync(SUBSET, "utf8")) as {
      paths: Record<string, Record<string, { "x-fga-permissions"?: string[][] }>>;
    };
    // What the product calls, and no more: elsewhere the general permission of the project is named.
    const used =
      /addons|backups|query|migrations|health|entitlements|organizations\/\{slug\}|api-keys$|secrets|ssl|network|pgsodium|readonly|config\/storage|pooler|buckets|login-role|database\/password|functions|projects\/\{ref\}$/;
    const wrong: string[] = [];
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const permissions = operation["x-fga-permissions"]?.flat();
        if (!permissions || !used.test(path)) continue;
        const named = permissionFor({
          method: method.toUpperCase() as ApiCall<unknown>["method"],
          path: path as `/${string}`,
        });
        if (!named || !permissions.includes(named))
          wrong.push(`${method} ${path}: ${named} is not in ${permissions}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});
