import assert from "node:assert/strict";
import pg from "pg";
import { PitrAddon } from "../../../components/supabase/pitr-addon.ts";
import { Project } from "../../../components/supabase/project.ts";
import { createSupabase } from "../../support/supabase.ts";
import { ManagedResource } from "./support/managed-resource.ts";
import { providerFor } from "./support/provider-for.ts";

describe("a project with a real database behind it", () => {
  it("takes its declared password, can be recovered once PITR is there, and takes a new password", async () => {
    const supabase = await createSupabase({ timing: { addonCooldownSeconds: 0, healthLagSeconds: 0 } });
    const provider = await providerFor(supabase);
    const declared = {
      name: "orders",
      organization: "holdfast-pro",
      region: "eu-central-1",
      size: "small",
      databasePassword: "correct horse battery staple",
      deletionGuard: false,
    } as const;
    const project = new ManagedResource(provider);
    const pitr = new ManagedResource(provider);
    try {
      await project.up(() => new Project("orders", declared));
      const ref = project.known().id;
      await login(ref, declared.databasePassword);
      await pitr.up(() => new PitrAddon("orders-pitr", { ref, windowDays: 7 }));
      assert.ok(await supabase.cluster(ref)?.recoverableWindow());
      await project.up(() => new Project("orders", { ...declared, databasePassword: "another horse" }));
      await login(ref, "another horse");
      await assert.rejects(login(ref, declared.databasePassword), /password authentication failed/);
      await pitr.destroy();
      await project.destroy();
      assert.equal(supabase.cluster(ref), undefined);
    } finally {
      await provider.close();
      await supabase.close();
    }

    async function login(ref: string, password: string): Promise<void> {
      const cluster = supabase.cluster(ref);
      assert.ok(cluster);
      const { host, port } = cluster;
      const client = new pg.Client({ host, port, user: "postgres", database: "postgres", password });
      await client.connect();
      await client.end();
    }
  });
});
