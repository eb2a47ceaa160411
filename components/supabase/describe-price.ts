import type { AddonPrice } from "../../supabase/calls/list-addons.ts";
import { monthlyPrice } from "../../supabase/monthly-price.ts";

/** `US$ 15.04 a month`, or that Supabase does not say. */
export function describePrice(price: AddonPrice | undefined): string {
  const usd = monthlyPrice(price);
  return usd === undefined ? "price not stated" : `US$ ${usd} a month`;
}
