import assert from "node:assert/strict";
import { DEFAULT_ORGANIZATIONS } from "../../../../sandbox/supabase/state/organization.ts";
import { createSupabase, type TestSupabase } from "../../../support/supabase.ts";
import { ask, messageOf } from "../support/ask.ts";
import { statusOf } from "../support/wait-for.ts";

describe("endpoints of add-ons", () => {
  let supabase: TestSupabase;
  let now = new Date("2026-11-22T10:00:00.000Z");
  const wait = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  const set = (ref: string, addon_type: string, addon_variant: string) =>
    ask(supabase, "PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type, addon_variant });
  const remove = (ref: string, variant: string) =>
    ask(supabase, "DELETE", `/v1/projects/${ref}/billing/addons/${variant}`);
  const selected = async (ref: string) => {
    const { body } = await ask(supabase, "GET", `/v1/projects/${ref}/billing/addons`);
    return Object(body).selected_addons.map(({ variant }: { variant: { id: string } }) => variant.id);
  };

  before(async () => {
    supabase = await createSupabase({
      clock: () => now,
      timing: { addonCooldownSeconds: 120, resizeSeconds: 100 },
      organizations: [
        ...DEFAULT_ORGANIZATIONS,
        { slug: "week", id: "week", name: "Week", plan: "pro", pitrVariants: ["pitr_7"] },
      ],
    });
  });

  it("offers every variant with its price", async () => {
    const ref = await supabase.add();
    const { body } = await ask(supabase, "GET", `/v1/projects/${ref}/billing/addons`);
    const pitr = Object(body).available_addons.find(({ type }: { type: string }) => type === "pitr");
    const prices = pitr.variants.map(
      ({ id, price, meta }: Record<string, { amount: number; backup_duration_days: number }>) => [
        id,
        price?.amount,
        meta?.backup_duration_days,
      ],
    );
    assert.deepEqual(prices, [
      ["pitr_7", 100, 7],
      ["pitr_14", 200, 14],
      ["pitr_28", 400, 28],
    ]);
    assert.deepEqual(await selected(ref), ["ci_micro"]);
  });

  it("resizes: RESIZING for its time, and busy for a while", async () => {
    const ref = await supabase.add();
    const answer = await set(ref, "compute_instance", "ci_small");
    assert.deepEqual([answer.status, answer.body], [200, ""]);
    assert.equal(await statusOf(supabase, ref), "RESIZING");
    wait(99);
    assert.equal(await statusOf(supabase, ref), "RESIZING");
    wait(1);
    assert.equal(await statusOf(supabase, ref), "ACTIVE_HEALTHY");
    const busy = await set(ref, "pitr", "pitr_7");
    assert.equal(busy.status, 429);
    assert.equal(messageOf(busy), "We are still processing addon changes, please try again in 1 minute(s)");
    wait(20);
    assert.equal((await set(ref, "pitr", "pitr_7")).status, 200);
    assert.match(messageOf(await set(ref, "pitr", "pitr_14")), /in 2 minute\(s\)$/);
    assert.match(messageOf(await remove(ref, "pitr_7")), /in 2 minute\(s\)$/);
    assert.deepEqual(await selected(ref), ["ci_small", "pitr_7"]);
  });

  it("keeps compute at Small or above while PITR is on, and PITR off below it", async () => {
    const ref = await supabase.add({ compute: "ci_small" });
    assert.equal((await set(ref, "pitr", "pitr_7")).status, 200);
    wait(120);
    assert.match(messageOf(await set(ref, "compute_instance", "ci_micro")), /must be disabled/);
    assert.match(messageOf(await remove(ref, "ci_small")), /must be disabled/);
    assert.equal((await remove(ref, "pitr_7")).status, 200);
    wait(120);
    assert.equal((await remove(ref, "ci_small")).status, 200);
    wait(120);
    assert.deepEqual(await selected(ref), ["ci_micro"]);
    assert.match(messageOf(await set(ref, "pitr", "pitr_7")), /at least Small/);
  });

  it("refuses a free plan, a window that is not entitled, and what is no add-on", async () => {
    const free = await supabase.add({ organization: "holdfast-free" });
    assert.equal(
      messageOf(await set(free, "pitr", "pitr_7")),
      "Project addons cannot be edited on the free tier.",
    );
    const week = await supabase.add({ organization: "week", compute: "ci_small" });
    const refused = await set(week, "pitr", "pitr_14");
    assert.equal(refused.status, 400);
    assert.equal(messageOf(refused), "Organization is not entitled to the selected PITR duration.");
    assert.equal((await set(week, "pitr", "pitr_7")).status, 200);
    assert.equal(messageOf(await set(week, "compute_instance", "ci_nano")), "addon_variant: Invalid input");
    wait(120);
    assert.equal(messageOf(await set(week, "pitr", "ci_medium")), "addon_variant: Invalid input");
    assert.match(messageOf(await set(week, "weather", "pitr_7")), /^addon_type: Invalid/);
    assert.equal((await remove(week, "pitr_28")).status, 404);
    assert.equal((await remove(week, "pitr_9")).status, 400);
    assert.deepEqual(await selected(week), ["ci_small", "pitr_7"]);
  });

  it("does nothing when the variant is chosen already", async () => {
    const ref = await supabase.add({ compute: "ci_small" });
    assert.equal((await set(ref, "compute_instance", "ci_small")).status, 200);
    assert.equal(await statusOf(supabase, ref), "ACTIVE_HEALTHY");
    assert.equal((await set(ref, "compute_instance", "ci_medium")).status, 200);
  });
});
