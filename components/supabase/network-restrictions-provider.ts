import { HoldfastError } from "../../plan/holdfast-error.ts";
import { refuse } from "../../plan/schema/refuse.ts";
import { NetworkRestrictions } from "../../plan/schema/supabase.ts";
import { applyNetworkRestrictions } from "../../supabase/calls/apply-network-restrictions.ts";
import { getNetworkRestrictions } from "../../supabase/calls/get-network-restrictions.ts";
import { canonicalRange } from "./canonical-range.ts";
import { defineSetting } from "./define-setting.ts";
import { projectRef } from "./project-ref.ts";
import { resourceInputs } from "./resource-inputs.ts";

const APPLIED_SECONDS = 120;

/** Supabase's default. */
const EVERYWHERE = { allowedCidrs: ["0.0.0.0/0"], allowedCidrsV6: ["::/0"] } as const;

/** Order and spelling mean nothing; one form makes two lists comparable. */
const canonical = (ranges: readonly string[]) => [...new Set(ranges.map(canonicalRange))].sort();

const { allowedCidrs, allowedCidrsV6 } = NetworkRestrictions.shape;

export const openProvider = defineSetting({
  name: "network-restrictions",
  inputs: resourceInputs({
    ref: projectRef(),
    allowedCidrs: allowedCidrs.transform(canonical),
    allowedCidrsV6: allowedCidrsV6.transform(canonical),
  }).superRefine((inputs, context) => {
    if (inputs.allowedCidrs.length + inputs.allowedCidrsV6.length > 0) return;
    refuse(context, {
      bound: "at least one range: with none nobody could connect, not even the backup",
      fix: "name the ranges that may connect, or remove the resource",
    });
  }),
  async see({ api }, ref, options) {
    const seen = await getNetworkRestrictions(api, ref, options);
    return {
      allowedCidrs: canonical(seen.allowedCidrs),
      allowedCidrsV6: canonical(seen.allowedCidrsV6),
      status: seen.status,
    };
  },
  isAsWanted: (seen, wanted) =>
    isSame(seen, wanted) &&
    // Stored means: not in force yet. A status that is new to us must not hold up a list that is right.
    seen.status !== "stored",
  async admit({ api }, { ref }) {
    const { entitlement } = await getNetworkRestrictions(api, ref);
    if (entitlement !== "disallowed") return;
    throw new HoldfastError({
      code: "NETWORK_RESTRICTIONS_NOT_ENTITLED",
      message: `Project ${ref} may not have network restrictions: its organization's plan does not include them`,
      hint: "Upgrade the organization's plan, or remove networkRestrictions from the project in the plan.",
      exitCode: 2,
    });
  },
  async write({ api }, { ref, ...ranges }) {
    await applyNetworkRestrictions(api, ref, ranges);
  },
  removal: {
    isRemoved: (seen) => isSame(seen, EVERYWHERE),
    async write({ api }, ref) {
      await applyNetworkRestrictions(api, ref, EVERYWHERE);
    },
  },
  deadlineSeconds: APPLIED_SECONDS,
});

interface Ranges {
  readonly allowedCidrs: readonly string[];
  readonly allowedCidrsV6: readonly string[];
}

function isSame(one: Ranges, other: Ranges): boolean {
  return (
    canonical(one.allowedCidrs).join() === canonical(other.allowedCidrs).join() &&
    canonical(one.allowedCidrsV6).join() === canonical(other.allowedCidrsV6).join()
  );
}
