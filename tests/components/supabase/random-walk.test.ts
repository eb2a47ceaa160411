import assert from "node:assert/strict";
import fc from "fast-check";
import { NetworkRestrictions } from "../../../components/supabase/network-restrictions.ts";
import { PitrAddon } from "../../../components/supabase/pitr-addon.ts";
import type { PitrWindowDays } from "../../../plan/schema/supabase.ts";
import { applyNetworkRestrictions } from "../../../supabase/calls/apply-network-restrictions.ts";
import { getNetworkRestrictions } from "../../../supabase/calls/get-network-restrictions.ts";
import { listAddons } from "../../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { ManagedResource } from "./support/managed-resource.ts";
import { type Simulated, simulated } from "./support/simulated.ts";

/** A kind of resource with three values, as the model sees it. */
interface Walked<Value> {
  readonly values: readonly Value[];
  /** What there is without the resource. */
  readonly none: Value | undefined;
  readonly program: (ref: string, value: Value) => () => unknown;
  readonly saved: (managed: ManagedResource) => unknown;
  readonly actual: (ref: string) => Promise<Value | undefined>;
  readonly drift: (ref: string, to: Value | undefined) => Promise<void>;
  readonly write: { readonly method: string; readonly path: string };
}

type Fault = "none" | "lost-answer" | "html" | "token-expired";
interface Step {
  readonly do: "up" | "drift" | "refresh" | "destroy";
  /** Of `values`; `undefined`: somebody takes it away. */
  readonly value: number | undefined;
  readonly fault: Fault;
}

const walk = fc.array(
  fc.record({
    do: fc.constantFrom<Step["do"]>("up", "up", "up", "drift", "drift", "refresh", "refresh", "destroy"),
    value: fc.option(fc.nat(2), { nil: undefined, freq: 4 }),
    fault: fc.constantFrom<Fault>("none", "none", "none", "lost-answer", "html", "token-expired"),
  }),
  { minLength: 12, maxLength: 18, size: "max" },
);

describe("a resource on a random walk of runs, drift, faults and refreshes", () => {
  let world: Simulated;
  before(async () => {
    world = await simulated();
  });
  after(() => world.provider.close());

  const pitr: Walked<number> = {
    values: [7, 14, 28],
    none: undefined,
    program: (ref, value) => () => new PitrAddon("walked", { ref, windowDays: value as PitrWindowDays }),
    saved: (managed) => managed.saved?.outputs.windowDays,
    actual: async (ref) => (await listAddons(world.api, ref)).pitr?.windowDays,
    async drift(ref, to) {
      const { pitr: now } = await listAddons(world.api, ref);
      if (to !== undefined) await setAddon(world.api, ref, { type: "pitr", variant: `pitr_${to}` });
      else if (now) await removeAddon(world.api, ref, now.variant);
    },
    write: { method: "PATCH", path: "/v1/projects/{ref}/billing/addons" },
  };

  const network: Walked<string> = {
    values: ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.7/32"],
    none: "0.0.0.0/0",
    program: (ref, value) => () => new NetworkRestrictions("walked", { ref, allowedCidrs: [value] }),
    saved: (managed) => (managed.saved?.outputs.allowedCidrs as string[] | undefined)?.join(),
    actual: async (ref) => (await getNetworkRestrictions(world.api, ref)).allowedCidrs.join(),
    async drift(ref, to = "0.0.0.0/0") {
      const allowedCidrsV6 = to === "0.0.0.0/0" ? ["::/0"] : [];
      await applyNetworkRestrictions(world.api, ref, { allowedCidrs: [to], allowedCidrsV6 });
    },
    write: { method: "POST", path: "/v1/projects/{ref}/network-restrictions/apply" },
  };

  async function follow<Value>(kind: Walked<Value>, steps: readonly Step[]): Promise<void> {
    const ref = await world.supabase.add({ compute: "ci_small" });
    const managed = new ManagedResource(world.provider);
    // All that the engine and Supabase should agree on.
    let saved: Value | undefined;
    let actual = kind.none;
    for (const step of steps) {
      const value = step.value === undefined ? undefined : kind.values[step.value];
      const wanted = value ?? kind.values[0];
      assert.ok(wanted !== undefined);
      const next = { saved, actual };
      let work: () => Promise<unknown>;
      if (step.do === "drift") {
        await kind.drift(ref, value);
        actual = value ?? kind.none;
        continue;
      }
      const isIdle = step.do === "up" ? saved === wanted : saved === undefined;
      if (step.do === "up") {
        work = () => managed.up(kind.program(ref, wanted));
        // Drift shows to a refresh alone.
        if (!isIdle) Object.assign(next, { saved: wanted, actual: wanted });
      } else if (isIdle) continue;
      else if (step.do === "refresh") {
        work = () => managed.refresh();
        next.saved = actual;
      } else {
        work = () => managed.destroy();
        Object.assign(next, { saved: undefined, actual: kind.none });
      }
      arm(kind, ref, step.fault);
      const fails = step.fault === "token-expired" && !isIdle;
      if (fails) await assert.rejects(work(), /SUPABASE_TOKEN_REFUSED/);
      else {
        await work();
        ({ saved, actual } = next);
      }
      world.supabase.faults.clear(ref);
      assert.equal(kind.saved(managed), saved, `state after ${JSON.stringify(step)}`);
      assert.equal(await kind.actual(ref), actual, `Supabase after ${JSON.stringify(step)}`);
    }
  }

  function arm(kind: Pick<Walked<unknown>, "write">, ref: string, fault: Fault): void {
    const { faults } = world.supabase;
    const look = { match: { method: "GET", path: "/v1/projects/{ref}", ref }, times: 1 };
    if (fault === "lost-answer") faults.add({ kind: fault, match: { ...kind.write, ref }, times: 1 });
    if (fault === "html" || fault === "token-expired") faults.add({ kind: fault, ...look });
  }

  /** A few at a time: most of a walk is waiting. */
  async function walks<Value>(kind: Walked<Value>, count: number): Promise<void> {
    const drawn = fc.sample(walk, count);
    const walked = await Promise.allSettled(drawn.map((steps) => follow(kind, steps)));
    const lost = walked.flatMap((result, index) =>
      result.status === "rejected" ? [`${result.reason} on ${JSON.stringify(drawn[index])}`] : [],
    );
    assert.deepEqual(lost, []);
  }

  it("of point-in-time recovery", () => walks(pitr, 8));
  it("of network restrictions", () => walks(network, 12));
});
