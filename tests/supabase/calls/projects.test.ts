import assert from "node:assert/strict";
import { createProject } from "../../../supabase/calls/create-project.ts";
import { deleteProject } from "../../../supabase/calls/delete-project.ts";
import { getHealth } from "../../../supabase/calls/get-health.ts";
import { getProject } from "../../../supabase/calls/get-project.ts";
import { renameProject } from "../../../supabase/calls/rename-project.ts";
import { projectReply } from "../../../supabase/calls/replies/project-reply.ts";
import { setDatabasePassword } from "../../../supabase/calls/set-database-password.ts";
import { checkCalls } from "../support/check-calls.ts";
import { RECORDED, REF } from "../support/recorded-answers.ts";

const PROJECT = {
  ref: REF,
  name: "ordak",
  organizationSlug: "holdfast-pro",
  organizationId: "holdfast-pro",
  region: "eu-central-1",
  createdAt: new Date("2026-01-05T08:30:12.345Z"),
};

checkCalls("supabase/calls: projects", [
  {
    call: "getProject",
    endpoint: "GET /v1/projects/{ref}",
    ask: (api) => getProject(api, REF),
    result: {
      ...PROJECT,
      status: "ACTIVE_HEALTHY",
      database: { host: `db.${REF}.supabase.co`, version: "17.6.1.111", engine: "17" },
    },
    field: "status",
  },
  {
    call: "createProject",
    endpoint: "POST /v1/projects",
    ask: (api) =>
      createProject(api, {
        name: "ordak",
        organizationSlug: "holdfast-pro",
        region: "eu-central-1",
        databasePassword: "correct-horse",
        size: "small",
      }),
    body: {
      name: "ordak",
      organization_slug: "holdfast-pro",
      db_pass: "correct-horse",
      region_selection: { type: "specific", code: "eu-central-1" },
      desired_instance_size: "small",
    },
    result: { ...PROJECT, status: "UNKNOWN" },
    field: "ref",
    secret: "correct-horse",
  },
  {
    call: "createProject of the smallest size",
    endpoint: "POST /v1/projects",
    ask: (api) =>
      createProject(api, { name: "a", organizationSlug: "b", region: "eu-west-1", databasePassword: "abcd" }),
    body: {
      name: "a",
      organization_slug: "b",
      db_pass: "abcd",
      region_selection: { type: "specific", code: "eu-west-1" },
    },
    result: { ...PROJECT, status: "UNKNOWN" },
  },
  {
    call: "renameProject",
    endpoint: "PATCH /v1/projects/{ref}",
    ask: (api) => renameProject(api, REF, "ordak-2"),
    body: { name: "ordak-2" },
    repeatable: true,
  },
  {
    call: "deleteProject",
    endpoint: "DELETE /v1/projects/{ref}",
    ask: (api) => deleteProject(api, REF),
    repeatable: true,
  },
  {
    call: "getHealth",
    endpoint: "GET /v1/projects/{ref}/health",
    ask: (api) => getHealth(api, REF, { services: ["db", "auth", "storage"], timeoutSeconds: 2.5 }),
    query: { services: ["db", "auth", "storage"], timeout_ms: "2500" },
    result: [
      { service: "db", status: "ACTIVE_HEALTHY", healthy: true },
      { service: "auth", status: "ACTIVE_HEALTHY", healthy: true },
      { service: "storage", status: "UNHEALTHY", healthy: false, error: "Failed to retrieve health" },
    ],
    field: "[1].status",
  },
  {
    call: "setDatabasePassword",
    endpoint: "PATCH /v1/projects/{ref}/database/password",
    ask: (api) => setDatabasePassword(api, REF, "correct-horse"),
    body: { password: "correct-horse" },
    repeatable: true,
    secret: "correct-horse",
  },
]);

describe("supabase/calls/replies/projectReply", () => {
  const recorded = RECORDED["GET /v1/projects/{ref}"].body;

  it("takes a state that is new, as the vendor adds some", () => {
    assert.equal(projectReply.parse({ ...recorded, status: "HIBERNATING" }).status, "HIBERNATING");
  });

  it("leaves out what is null or absent", () => {
    const { organization_id: _, ...rest } = recorded;
    const project = projectReply.parse({ ...rest, organization_slug: null, database: null });
    assert.deepEqual(Object.keys(project), ["ref", "name", "region", "status", "createdAt"]);
  });

  it("refuses a time that is none, and reads one without a zone as UTC", () => {
    assert.equal(projectReply.safeParse({ ...recorded, created_at: "soon" }).success, false);
    const read = projectReply.parse({ ...recorded, created_at: "2026-01-05 08:30:12" });
    assert.equal(read.createdAt.toISOString(), "2026-01-05T08:30:12.000Z");
  });
});
