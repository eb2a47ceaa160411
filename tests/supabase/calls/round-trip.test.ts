import assert from "node:assert/strict";
import { applyNetworkRestrictions } from "../../../supabase/calls/apply-network-restrictions.ts";
import { createApiKey } from "../../../supabase/calls/create-api-key.ts";
import { createBranch } from "../../../supabase/calls/create-branch.ts";
import { createProject } from "../../../supabase/calls/create-project.ts";
import { deleteApiKey } from "../../../supabase/calls/delete-api-key.ts";
import { deleteBranch } from "../../../supabase/calls/delete-branch.ts";
import { deleteProject } from "../../../supabase/calls/delete-project.ts";
import { deleteSecrets } from "../../../supabase/calls/delete-secrets.ts";
import { deployFunction } from "../../../supabase/calls/deploy-function.ts";
import { getFunctionBody } from "../../../supabase/calls/get-function-body.ts";
import { getProject } from "../../../supabase/calls/get-project.ts";
import { getRootKey } from "../../../supabase/calls/get-root-key.ts";
import { getStorageConfig } from "../../../supabase/calls/get-storage-config.ts";
import { listApiKeys } from "../../../supabase/calls/list-api-keys.ts";
import { listBranches } from "../../../supabase/calls/list-branches.ts";
import { listFunctions } from "../../../supabase/calls/list-functions.ts";
import { listSecretDigests } from "../../../supabase/calls/list-secret-digests.ts";
import { renameProject } from "../../../supabase/calls/rename-project.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { setBackupSchedule } from "../../../supabase/calls/set-backup-schedule.ts";
import { setRootKey } from "../../../supabase/calls/set-root-key.ts";
import { setSecrets } from "../../../supabase/calls/set-secrets.ts";
import { setSslEnforcement } from "../../../supabase/calls/set-ssl-enforcement.ts";
import { setStorageConfig } from "../../../supabase/calls/set-storage-config.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { readProjectSettings } from "../../../supabase/project-settings.ts";
import { createSupabase } from "../../support/supabase.ts";

describe("supabase/calls: what is written is read back", () => {
  let api: ManagementApi;
  let ref: string;

  before(async () => {
    const supabase = await createSupabase({ newProjectsDatabase: "none", timing: { createSeconds: 0 } });
    ref = await supabase.add({ organization: "holdfast-enterprise", compute: "ci_small" });
    const { endpoint, token } = supabase;
    api = openManagementApi({ endpoint, token, clock: () => new Date() });
  });

  it("settings of a project", async () => {
    await setAddon(api, ref, { type: "pitr", variant: "pitr_14" });
    await setBackupSchedule(api, ref, { scheduledFor: "03:30" });
    await setSslEnforcement(api, ref, { databaseEnforced: true });
    await applyNetworkRestrictions(api, ref, { allowedCidrs: ["203.0.113.0/24"], allowedCidrsV6: [] });
    await renameProject(api, ref, "cakes");
    const settings = await readProjectSettings(api, ref);
    assert.equal(settings.project.name, "cakes");
    assert.deepEqual(settings.addons.pitr, { variant: "pitr_14", windowDays: 14 });
    assert.equal(settings.backups.pitrEnabled, true);
    assert.ok(typeof settings.schedule === "object" && settings.schedule.scheduledFor === "03:30:00");
    assert.equal(settings.ssl.databaseEnforced, true);
    assert.deepEqual(settings.restrictions.allowedCidrs, ["203.0.113.0/24"]);
    assert.deepEqual(settings.restrictions.allowedCidrsV6, []);
  });

  it("Storage and the root key", async () => {
    await setStorageConfig(api, ref, { fileSizeLimitBytes: 1_000_000, s3ProtocolEnabled: true });
    const { fileSizeLimitBytes, s3ProtocolEnabled } = await getStorageConfig(api, ref);
    assert.deepEqual([fileSizeLimitBytes, s3ProtocolEnabled], [1_000_000, true]);
    await setRootKey(api, ref, "ab".repeat(32));
    assert.equal(await getRootKey(api, ref), "ab".repeat(32));
  });

  it("secrets, as digests alone", async () => {
    await setSecrets(api, ref, { STORE_TOKEN: "correct-horse" });
    const one = (await listSecretDigests(api, ref)).find(({ name }) => name === "STORE_TOKEN");
    assert.ok(one && !one.digest.includes("correct-horse"));
    await deleteSecrets(api, ref, ["STORE_TOKEN"]);
    const names = (await listSecretDigests(api, ref)).map(({ name }) => name);
    assert.ok(!names.includes("STORE_TOKEN"));
  });

  it("keys", async () => {
    const key = await createApiKey(api, ref, { type: "secret", name: "nightly_copy" });
    assert.ok(key.id !== undefined && key.key?.startsWith("sb_secret_"));
    const listed = (await listApiKeys(api, ref, { reveal: true })).find(({ id }) => id === key.id);
    assert.equal(listed?.key, key.key);
    await deleteApiKey(api, ref, key.id);
    await assert.rejects(deleteApiKey(api, ref, key.id), { code: "SUPABASE_NOT_FOUND" });
  });

  it("functions with their code", async () => {
    const files = [{ path: "index.ts", content: "Deno.serve(() => new Response('ganache'));" }];
    const deployed = await deployFunction(api, ref, { slug: "hello", entrypointPath: "index.ts", files });
    assert.deepEqual(
      (await listFunctions(api, ref)).map(({ slug, version }) => [slug, version]),
      [["hello", deployed.version]],
    );
    assert.ok(Buffer.from(await getFunctionBody(api, ref, "hello")).includes("ganache"));
  });

  it("projects and branches, until they are deleted", async () => {
    const branch = await createBranch(api, ref, { name: "drill" });
    assert.ok((await listBranches(api, ref)).some(({ id }) => id === branch.id));
    await deleteBranch(api, branch.id);
    assert.ok(!(await listBranches(api, ref)).some(({ id }) => id === branch.id));
    const { ref: made } = await createProject(api, {
      name: "second",
      organizationSlug: "holdfast-pro",
      region: "eu-central-1",
      databasePassword: "correct-horse",
      size: "small",
    });
    while ((await getProject(api, made)).status !== "ACTIVE_HEALTHY") {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await deleteProject(api, made);
    await assert.rejects(deleteProject(api, made), { code: "SUPABASE_NOT_FOUND" });
  });
});
