import { Pitr } from "../../plan/schema/supabase.ts";
import { listAddons } from "../../supabase/calls/list-addons.ts";
import { listBackups } from "../../supabase/calls/list-backups.ts";
import { removeAddon } from "../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { checkPitrPossible } from "../../supabase/check-pitr-possible.ts";
import { monthlyPrice } from "../../supabase/monthly-price.ts";
import { pitrVariant } from "../../supabase/pitr-variant.ts";
import { waitUntil } from "../../supabase/wait-until.ts";
import { defineSetting } from "./define-setting.ts";
import { projectRef } from "./project-ref.ts";
import { resourceInputs } from "./resource-inputs.ts";

/** Longer than Supabase ever says that a change must wait for the one before. */
const CHANGE_SECONDS = 900;
/** Until the add-on shows; measured: at once. */
const SHOWN_SECONDS = 120;
/** Until there is a first backup to recover from. */
const WINDOW_SECONDS = 600;

export const openProvider = defineSetting({
  name: "pitr",
  inputs: resourceInputs({ ref: projectRef(), ...Pitr.shape }),
  async see({ api }, ref, options) {
    const { pitr, selected } = await listAddons(api, ref, options);
    if (pitr === undefined) return undefined;
    const price = selected.find(({ variant }) => variant === pitr.variant)?.price;
    return { windowDays: pitr.windowDays, variant: pitr.variant, priceUsdPerMonth: monthlyPrice(price) };
  },
  async admit({ api }, { ref, windowDays }, { organizationSlug }) {
    await checkPitrPossible(api, ref, {
      windowDays,
      ...(organizationSlug !== undefined && { organizationSlug }),
    });
  },
  // UNVERIFIED for a project that has another window: taken to change it, as choosing another compute size does. What
  // shows afterwards decides.
  write: ({ api }, { ref, windowDays }) =>
    setAddon(
      api,
      ref,
      { type: "pitr", variant: pitrVariant(windowDays) },
      { deadlineSeconds: CHANGE_SECONDS },
    ),
  async settle(context, { ref }) {
    await waitUntil({
      ...context,
      what: `the recovery window of project ${ref}`,
      poll: (options) => listBackups(context.api, ref, options),
      done: ({ pitrEnabled, window }) => pitrEnabled && window !== undefined,
      deadlineSeconds: WINDOW_SECONDS,
    });
  },
  removal: {
    isRemoved: () => false,
    write: ({ api }, ref, { variant }) => removeAddon(api, ref, variant, { deadlineSeconds: CHANGE_SECONDS }),
  },
  deadlineSeconds: SHOWN_SECONDS,
});
