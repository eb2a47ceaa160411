import assert from "node:assert/strict";
import { ComputeAddon, type ComputeAddonArgs } from "../../../components/supabase/compute-addon.ts";
import { getProject } from "../../../supabase/calls/get-project.ts";
import { listAddons } from "../../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { CheckRefusal, ManagedResource } from "./support/managed-resource.ts";
import { refusal } from "./support/refusals.ts";
import { type Simulated, simulated } from "./support/simulated.ts";

const compute = (args: ComputeAddonArgs) => () => new ComputeAddon("orders-compute", args);

describe("ComputeAddon", () => {
  let world: Simulated;
  before(async () => {
    world = await simulated();
  });
  after(() => world.provider.close());

  const sizeOf = async (ref: string) => (await listAddons(world.api, ref)).compute;

  it("resizes, waits until the project can be used, and goes back to the smallest size", async () => {
    const ref = await world.supabase.add();
    const addon = new ManagedResource(world.provider);
    assert.equal(await addon.up(compute({ ref, size: "small" })), "create");
    assert.equal((await getProject(world.api, ref)).status, "ACTIVE_HEALTHY");
    assert.equal(addon.known().id, `${ref}/compute`);
    assert.equal(addon.outputs().size, "small");
    assert.equal(typeof addon.outputs().priceUsdPerMonth, "number");
    assert.equal(await addon.up(compute({ ref, size: "small" })), "same");
    assert.equal(await addon.up(compute({ ref, size: "medium" })), "update");
    assert.equal((await getProject(world.api, ref)).status, "ACTIVE_HEALTHY");
    await addon.destroy();
    assert.equal(await sizeOf(ref), "ci_micro");
    assert.equal((await getProject(world.api, ref)).status, "ACTIVE_HEALTHY");
  });

  it("waits for a change that somebody else started before it makes its own", async () => {
    const ref = await world.supabase.add();
    await setAddon(world.api, ref, { type: "compute_instance", variant: "ci_large" });
    const addon = new ManagedResource(world.provider);
    await addon.up(compute({ ref, size: "small" }));
    assert.equal(await sizeOf(ref), "ci_small");
  });

  it("is adopted as it is, a special size shows as drift, and is put right", async () => {
    const ref = await world.supabase.add({ compute: "ci_large" });
    const addon = new ManagedResource(world.provider);
    await addon.up(compute({ ref, size: "large" }));
    assert.deepEqual(world.changes(ref), []);
    await setAddon(world.api, ref, { type: "compute_instance", variant: "ci_24xlarge_high_memory" });
    await addon.refresh();
    assert.equal(addon.outputs().size, "ci_24xlarge_high_memory");
    assert.equal(await addon.up(compute({ ref, size: "large" })), "update");
    assert.equal(await sizeOf(ref), "ci_large");
  });

  describe("with point-in-time recovery on", () => {
    it("refuses to go below Small, to be adopted below it and to be deleted, before anything is changed", async () => {
      const ref = await world.supabase.add({ compute: "ci_small" });
      const addon = new ManagedResource(world.provider);
      await addon.up(compute({ ref, size: "small" }));
      await setAddon(world.api, ref, { type: "pitr", variant: "pitr_7" });
      const before = world.changes(ref);
      const text = await refusal(
        () => addon.up(compute({ ref, size: "micro" })),
        "COMPUTE_TOO_SMALL_FOR_PITR",
      );
      assert.match(text, /recovery \(7 days\) needs Small or larger/);
      await refusal(() => addon.destroy(), "COMPUTE_TOO_SMALL_FOR_PITR");
      const other = new ManagedResource(world.provider);
      await refusal(() => other.up(compute({ ref, size: "micro" })), "COMPUTE_TOO_SMALL_FOR_PITR");
      assert.deepEqual(world.changes(ref), before);
      assert.equal(addon.outputs().size, "small", "the state is as it was");
      await removeAddon(world.api, ref, "pitr_7");
      await addon.destroy();
      assert.equal(await sizeOf(ref), "ci_micro");
    });

    it("goes up, and down to Small", async () => {
      const ref = await world.supabase.add({ compute: "ci_medium" });
      await setAddon(world.api, ref, { type: "pitr", variant: "pitr_7" });
      const addon = new ManagedResource(world.provider);
      await addon.up(compute({ ref, size: "large" }));
      await addon.up(compute({ ref, size: "small" }));
      assert.equal(await sizeOf(ref), "ci_small");
    });
  });

  it("refuses the free plan, naming plan and price", async () => {
    const ref = await world.supabase.add({ organization: "holdfast-free" });
    const addon = new ManagedResource(world.provider);
    const text = await refusal(() => addon.up(compute({ ref, size: "small" })), "COMPUTE_NEEDS_PAID_PLAN");
    assert.match(text, /small \(US\$ [\d.]+ a month\).*holdfast-free is on the free plan/);
    assert.deepEqual(world.changes(ref), []);
    assert.equal(addon.saved, undefined);
  });

  it("refuses nano and what is no size, before anything is asked", async () => {
    for (const size of ["nano", "huge"]) {
      const addon = new ManagedResource(world.provider);
      const wrong = { ref: "a".repeat(20), size } as unknown as ComputeAddonArgs;
      await assert.rejects(addon.up(compute(wrong)), (error) => {
        assert.ok(error instanceof CheckRefusal);
        assert.match(error.message, /^size: size must be micro, small, medium, /);
        return true;
      });
    }
  });
});
