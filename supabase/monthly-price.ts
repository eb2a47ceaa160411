import type { AddonPrice } from "./calls/list-addons.ts";

/** Hours that Supabase counts for a month. */
const HOURS = 730;

/** What an add-on costs in a month, in US dollars; `undefined` when the price is not told, or not by hour or month. */
export function monthlyPrice(price: AddonPrice | undefined): number | undefined {
  if (price?.interval === "monthly") return price.amount;
  return price?.interval === "hourly" ? Math.round(price.amount * HOURS * 100) / 100 : undefined;
}
