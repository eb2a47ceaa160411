import fc from "fast-check";
import { openProvider as openCompute } from "../../../components/supabase/compute-addon-provider.ts";
import { openProvider as openNetwork } from "../../../components/supabase/network-restrictions-provider.ts";
import { openProvider as openPitr } from "../../../components/supabase/pitr-addon-provider.ts";
import { openProvider as openSsl } from "../../../components/supabase/ssl-enforcement-provider.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { virtualTime } from "../../support/virtual-time.ts";
import type { Mishap } from "./support/arm-mishap.ts";
import { localProvider } from "./support/local-provider.ts";
import { World } from "./support/random-world.ts";
import { DECLARABLE, KINDS, type Kind } from "./support/settings-model.ts";
import { type Simulated, simulated } from "./support/simulated.ts";

interface Step {
  readonly do: "up" | "drift" | "refresh" | "destroy";
  readonly kind: Kind;
  readonly value: string;
  readonly mishap: Mishap;
}

/** Steps with these mishaps, each of which one resource meets in one run. */
function steps(mishaps: readonly Mishap[], maxLength: number): fc.Arbitrary<Step[]> {
  // Most can go wrong between compute and point-in-time recovery.
  const step = fc.constantFrom(...KINDS, "compute" as const, "pitr" as const, "pitr" as const).chain((kind) =>
    fc.record({
      do: fc.constantFrom<Step["do"]>("up", "up", "up", "drift", "refresh", "destroy", "destroy"),
      kind: fc.constant(kind),
      value: fc.constantFrom<string>(...DECLARABLE[kind]),
      mishap: fc.oneof(
        { weight: 2, arbitrary: fc.constant<Mishap>("none") },
        { weight: 1, arbitrary: fc.constantFrom(...mishaps) },
      ),
    }),
  );
  return fc.array(step, { minLength: maxLength / 2, maxLength });
}

async function follow(world: World, sequence: readonly Step[]): Promise<void> {
  for (const { do: what, kind, value, mishap } of sequence) {
    if (what === "up") await world.up(kind, value, mishap);
    else if (what === "drift") await world.drift(kind, kind === "pitr" && mishap !== "none" ? "off" : value);
    else if (what === "refresh") await world.refresh(kind, mishap);
    else await world.destroy(kind, mishap);
  }
}

describe("random sequences of runs, drift, faults, refreshes and destruction", () => {
  describe("in time that passes as it is slept, with pauses like those of the real platform", () => {
    let supabase: TestSupabase;
    const time = virtualTime(new Date());
    before(async () => {
      supabase = await createSupabase({
        clock: time.clock,
        timing: { addonCooldownSeconds: 61, resizeSeconds: 8, healthLagSeconds: 1 },
      });
    });
    after(() => supabase.close());

    it("leave what the model says, tell it, and buy nothing twice", async () => {
      const { endpoint, token } = supabase;
      const { clock, sleep } = time;
      const api = openManagementApi({ endpoint, token, clock, sleep });
      const open = async () => ({ api, clock, sleep });
      const opened = { compute: openCompute, pitr: openPitr, ssl: openSsl, network: openNetwork };
      const providerOf = (kind: Kind) => localProvider(opened[kind](() => undefined, open));
      const mishaps = [
        "lost-answer",
        "cool-down",
        "unavailable",
        "throttle",
        "html",
        "token-expired",
      ] as const;
      await fc.assert(
        fc.asyncProperty(steps(mishaps, 16), async (sequence) => {
          const ref = await supabase.add();
          await follow(new World({ supabase, api, ref, providerOf }), sequence);
        }),
        { numRuns: 60, interruptAfterTimeLimit: 10_000, endOnFailure: false },
      );
    }).timeout(60_000);
  });

  describe("in the SDK's own process", () => {
    let world: Simulated;
    before(async () => {
      world = await simulated();
    });
    after(() => world.provider.close());

    it("do the same", async () => {
      const { supabase, api, provider } = world;
      const one = fc.asyncProperty(steps(["lost-answer", "html", "token-expired"], 6), async (sequence) => {
        const ref = await supabase.add();
        await follow(new World({ supabase, api, ref, providerOf: () => provider }), sequence);
      });
      // Most of it is waiting, minutes for the unluckiest, so several at once; none is made smaller, which would take as long again.
      const bounds = { numRuns: 1, endOnFailure: true };
      await Promise.all(Array.from({ length: 4 }, () => fc.assert(one, bounds)));
    }).timeout(240_000);
  });
});
