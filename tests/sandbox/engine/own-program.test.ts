import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { createSupabase } from "../../support/supabase.ts";
import { EngineProject, ROOT } from "./support/engine-project.ts";

interface StackFile {
  readonly config: {
    readonly "holdfast:plan": {
      supabase?: object;
      readonly vault: { endpoint?: string };
      readonly projects: readonly { readonly name: string; readonly kind: string; readonly ref?: string }[];
    };
  };
}

describe("the program of this repository on the simulated Supabase", () => {
  it("is applied, changes nothing the second time, mends what was changed by hand, and keeps what is protected", async function () {
    this.timeout(180_000);
    const supabase = await createSupabase({
      timing: { addonCooldownSeconds: 0, resizeSeconds: 0, healthLagSeconds: 0 },
    });
    const project = new EngineProject();
    try {
      const yaml = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8").replace(
        "main: index.ts",
        `main: ${ROOT}/index.ts`,
      );
      writeFileSync(join(project.directory, "Pulumi.yaml"), yaml);
      const settings = parse(readFileSync(join(ROOT, "Pulumi.prod.yaml"), "utf8")) as StackFile;
      const plan = settings.config["holdfast:plan"];
      plan.supabase = { endpoint: supabase.endpoint };
      // A store outside AWS: what is declared at AWS is applied with its providers by other tests.
      plan.vault.endpoint = "https://store.example.com";
      writeFileSync(join(project.directory, "Pulumi.prod.yaml"), stringify(settings));
      for (const { name, ref } of plan.projects)
        if (ref !== undefined)
          await supabase.add({ ref, name, organization: "holdfast-pro", database: "none" });
      const stack = await project.localStack("prod");
      await stack.setConfig("supabaseAccessToken", { value: supabase.token, secret: true });
      const { create = 0 } = (await stack.preview()).changeSummary;
      assert.ok(create > plan.projects.length);
      const up = await stack.up();
      assert.deepEqual(up.summary.resourceChanges, { create });
      assert.equal(up.outputs.environment?.value, "prod");
      const state = readFileSync(join(project.directory, "state/.pulumi/stacks/holdfast/prod.json"), "utf8");
      assert.ok(!state.includes(supabase.token));
      assert.deepEqual((await stack.up()).summary.resourceChanges, { same: create });
      const [{ ref = "" } = {}] = plan.projects;
      const answer = await fetch(`${supabase.endpoint}/v1/projects/${ref}/ssl-enforcement`, {
        method: "PUT",
        headers: { authorization: `Bearer ${supabase.token}`, "content-type": "application/json" },
        body: JSON.stringify({ requestedConfig: { database: false } }),
      });
      assert.equal(answer.status, 200);
      const drifted = { same: create - 1, update: 1 };
      assert.deepEqual((await stack.refresh()).summary.resourceChanges, drifted);
      assert.deepEqual((await stack.up()).summary.resourceChanges, drifted);
      assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: create });
      await assert.rejects(stack.destroy(), /PitrAddon::.* cannot be deleted because it is protected/);
      await stack.destroy({ excludeProtected: true });
      const { resources = [] } = (await stack.exportStack()).deployment as {
        resources?: { protect?: boolean }[];
      };
      assert.ok(resources.some(({ protect }) => protect));
    } finally {
      project.remove();
      await supabase.close();
    }
  });
});
