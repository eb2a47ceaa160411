import { z } from "zod";
import { field } from "../../plan/schema/field.ts";
import { COMPUTE_SIZES } from "../../plan/schema/supabase.ts";
import { listAddons } from "../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { computeSize, computeVariant } from "../../supabase/compute-variant.ts";
import { monthlyPrice } from "../../supabase/monthly-price.ts";
import { waitForProject } from "../../supabase/wait-for-project.ts";
import { admitComputeSize } from "./admit-compute-size.ts";
import { COMPUTE_DEADLINE_SECONDS } from "./compute-deadline-seconds.ts";
import { defineSetting } from "./define-setting.ts";
import { projectRef } from "./project-ref.ts";
import { readCompute } from "./read-compute.ts";
import { refuseTooSmallForPitr } from "./refuse-too-small-for-pitr.ts";
import { resourceInputs } from "./resource-inputs.ts";

/** What every paid project has at least. */
const SMALLEST = "micro";
/** Until a chosen size shows among the add-ons; the move itself is waited for afterwards. */
const SHOWN_SECONDS = 300;
const BUYABLE = COMPUTE_SIZES.filter((size) => size !== "nano");

export const openProvider = defineSetting({
  name: "compute",
  inputs: resourceInputs({
    ref: projectRef(),
    size: field(z.enum(BUYABLE), { text: "the compute size", range: BUYABLE.join(", "), example: "small" }),
  }),
  async see({ api }, ref, options) {
    const compute = await readCompute(api, ref, options);
    if (compute === undefined) return undefined;
    const { variant, price } = compute;
    // A size that is new to us shows as its variant, and differs from all that can be wanted.
    return { size: computeSize(variant) ?? variant, priceUsdPerMonth: monthlyPrice(price) };
  },
  admit: ({ api }, { size }, project) => admitComputeSize(api, project, size),
  write: ({ api }, { ref, size }) =>
    setAddon(
      api,
      ref,
      { type: "compute_instance", variant: computeVariant(size) },
      { deadlineSeconds: COMPUTE_DEADLINE_SECONDS },
    ),
  async settle(context, { ref }, changed) {
    await waitForProject(context.api, ref, {
      ...context,
      deadlineSeconds: COMPUTE_DEADLINE_SECONDS,
      proveReady: changed,
    });
  },
  removal: {
    isRemoved: ({ size }) => size === SMALLEST,
    async admit({ api }, ref) {
      refuseTooSmallForPitr(ref, SMALLEST, await listAddons(api, ref));
    },
    write: ({ api }, ref, { size }) =>
      removeAddon(api, ref, size.startsWith("ci_") ? size : `ci_${size}`, {
        deadlineSeconds: COMPUTE_DEADLINE_SECONDS,
      }),
    async settle(context, ref) {
      await waitForProject(context.api, ref, { ...context, deadlineSeconds: COMPUTE_DEADLINE_SECONDS });
    },
  },
  deadlineSeconds: SHOWN_SECONDS,
});
