import assert from "node:assert/strict";
import { PitrAddon, type PitrAddonArgs } from "../../../components/supabase/pitr-addon.ts";
import { UNKNOWN_VALUE } from "../../../components/supabase/unknown-value.ts";
import { listAddons } from "../../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { CheckRefusal, ManagedResource } from "./support/managed-resource.ts";
import { providerFor } from "./support/provider-for.ts";
import { refusal } from "./support/refusals.ts";
import { LIMITED_ORGANIZATION, type Simulated, simulated } from "./support/simulated.ts";

const pitr = (args: PitrAddonArgs) => () => new PitrAddon("orders-pitr", args);

describe("PitrAddon", () => {
  let world: Simulated;
  before(async () => {
    world = await simulated();
  });
  after(() => world.provider.close());

  const windowOf = async (ref: string) => (await listAddons(world.api, ref)).pitr?.windowDays;

  it("is bought, found unchanged, widened and given up", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);

    assert.equal(await addon.preview(pitr({ ref, windowDays: 7 })), "create");
    assert.deepEqual(world.changes(ref), [], "a preview changes nothing");
    assert.equal(await addon.up(pitr({ ref, windowDays: 7 })), "create");
    assert.equal(addon.known().id, `${ref}/pitr`);
    assert.deepEqual(addon.outputs(), {
      organization: "holdfast-pro",
      priceUsdPerMonth: 100,
      providerRevision: 1,
      ref,
      variant: "pitr_7",
      windowDays: 7,
    });
    assert.equal(await addon.up(pitr({ ref, windowDays: 7 })), "same");
    assert.equal(await addon.up(pitr({ ref, windowDays: 28 })), "update");
    assert.equal(addon.outputs().priceUsdPerMonth, 400);
    assert.equal(await windowOf(ref), 28);
    await addon.destroy();
    assert.equal(await windowOf(ref), undefined);
    assert.deepEqual(world.changes(ref), [
      "PATCH /billing/addons",
      "PATCH /billing/addons",
      "DELETE /billing/addons/pitr_28",
    ]);
  });

  it("is adopted as it is, without a change", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    await setAddon(world.api, ref, { type: "pitr", variant: "pitr_14" });
    const before = world.changes(ref);
    const addon = new ManagedResource(world.provider);
    assert.equal(await addon.up(pitr({ ref, windowDays: 14 })), "create");
    assert.deepEqual(world.changes(ref), before);
  });

  it("is brought back after somebody changed it, or gave it up", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);
    await addon.up(pitr({ ref, windowDays: 14 }));

    await setAddon(world.api, ref, { type: "pitr", variant: "pitr_7" });
    assert.equal(await addon.refresh(), true);
    assert.equal(addon.outputs().windowDays, 7);
    assert.equal(addon.known().inputs.windowDays, 7, "inputs follow, or the difference would not show");
    assert.equal(await addon.up(pitr({ ref, windowDays: 14 })), "update");
    assert.equal(await windowOf(ref), 14);

    await removeAddon(world.api, ref, "pitr_14");
    assert.equal(await addon.refresh(), false);
    assert.equal(await addon.up(pitr({ ref, windowDays: 14 })), "create");
    assert.equal(await windowOf(ref), 14);
  });

  it("is deleted already when somebody gave it up, or the project is gone", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);
    await addon.up(pitr({ ref, windowDays: 7 }));
    await removeAddon(world.api, ref, "pitr_7");
    const { saved } = addon;
    await addon.destroy();
    addon.saved = saved;
    await world.api.request({
      method: "DELETE",
      path: "/v1/projects/{ref}",
      parameters: { ref },
      status: 200,
      reply: undefined,
    });
    await addon.destroy();
    addon.saved = saved;
    assert.equal(await addon.refresh(), false);
  });

  it("moves to another project by making it there first", async () => {
    const one = await world.supabase.add({ compute: "ci_small" });
    const other = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);
    await addon.up(pitr({ ref: one, windowDays: 7 }));
    const difference = await world.provider.diff(addon.known().id, addon.known().outputs, {
      ...addon.known().inputs,
      ref: other,
    });
    assert.deepEqual(difference, { changes: "some", replaces: ["ref"], deleteBeforeReplace: false });
    assert.equal(await addon.up(pitr({ ref: other, windowDays: 7 })), "replace");
    assert.equal(await windowOf(one), undefined);
    assert.equal(await windowOf(other), 7);
  });

  it("is previewed on a project that is still to be made or changed, without a false alarm", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);
    await addon.up(pitr({ ref, windowDays: 7 }));
    const { id, inputs, outputs } = addon.known();
    const checked = await world.provider.check(inputs, { ...inputs, ref: UNKNOWN_VALUE });
    assert.deepEqual(checked.failures, []);
    assert.equal(checked.inputs.ref, UNKNOWN_VALUE);
    const difference = await world.provider.diff(id, outputs, checked.inputs);
    assert.deepEqual(difference, { changes: "some", replaces: [], deleteBeforeReplace: false });
  });

  it("is updated in place when its provider got another revision, and nothing is bought again", async () => {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const addon = new ManagedResource(world.provider);
    await addon.up(pitr({ ref, windowDays: 7 }));
    const before = world.changes(ref);
    const { id, inputs, outputs } = addon.known();
    const news = { ...inputs, providerRevision: 2 };
    assert.equal((await world.provider.diff(id, outputs, news)).changes, "some");
    const updated = await world.provider.update(id, outputs, news);
    assert.deepEqual(updated, { ...outputs, providerRevision: 2 }, "no output is lost");
    assert.deepEqual(world.changes(ref), before);
  });

  describe("refuses, and changes nothing,", () => {
    const refused = async (args: PitrAddonArgs, code: string) => {
      const addon = new ManagedResource(world.provider);
      const text = await refusal(() => addon.up(pitr(args)), code);
      assert.equal(addon.saved, undefined);
      assert.deepEqual(world.changes(String(args.ref)), []);
      return text;
    };

    it("the free plan, naming plan and price", async () => {
      const ref = await world.supabase.add({ organization: "holdfast-free" });
      const text = await refused({ ref, windowDays: 7 }, "PITR_NEEDS_PAID_PLAN");
      assert.match(text, /holdfast-free is on the free plan/);
      assert.match(text, /US\$ 100 a month/);
    });

    it("a window that the organization is not entitled to, naming those that it is", async () => {
      const ref = await world.supabase.add({ organization: LIMITED_ORGANIZATION, compute: "ci_small" });
      const text = await refused({ ref, windowDays: 28 }, "PITR_NOT_ENTITLED");
      assert.match(text, /28 days \(US\$ 400 a month\)/);
      assert.match(text, /plan pro.*entitled to 7 days \(US\$ 100 a month\)/);
    });

    it("compute below Small, naming what Small costs", async () => {
      const ref = await world.supabase.add({ compute: "ci_micro" });
      const text = await refused({ ref, windowDays: 7 }, "PITR_NEEDS_COMPUTE");
      assert.match(text, /needs compute small \(US\$ [\d.]+ a month\) or larger; it has micro/);
    });

    it("a token that Supabase does not know, without showing it", async () => {
      const ref = await world.supabase.add({ compute: "ci_small" });
      const token = "sbp_00000000000000000000000000000000deadbeef";
      const stranger = await providerFor({ endpoint: world.supabase.endpoint, token });
      const addon = new ManagedResource(stranger);
      const text = await refusal(() => addon.up(pitr({ ref, windowDays: 7 })), "SUPABASE_TOKEN_REFUSED");
      assert.doesNotMatch(text + stranger.printed(), /deadbeef/);
      assert.equal(addon.saved, undefined);
      assert.deepEqual(world.changes(ref), []);
      await stranger.close();
    });

    it("an unknown ref", async () => {
      await refused({ ref: "nosuchprojectanywher", windowDays: 7 }, "PROJECT_UNKNOWN");
    });

    it("a window that is not sold, a ref that is none and an unknown input, before anything is asked", async () => {
      const addon = new ManagedResource(world.provider);
      const asked = world.supabase.requests().length;
      const wrong = { ref: "Short", windowDays: 9, window: 7 } as unknown as PitrAddonArgs;
      const refused = await addon.up(pitr(wrong)).then(
        () => assert.fail("nothing was refused"),
        (error: unknown) => error,
      );
      assert.ok(refused instanceof CheckRefusal);
      assert.match(refused.message, /^ref: ref must be 20 lower-case letters, as in the project's URL; /m);
      assert.match(refused.message, /^windowDays: windowDays must be 7, 14 or 28, /m);
      assert.match(
        refused.message,
        /^window: .*one of the known keys: ref, windowDays.*did you mean windowDays/m,
      );
      assert.equal(world.supabase.requests().length, asked);
    });
  });
});
