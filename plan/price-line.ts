import type { Price } from "./prices.ts";

export interface CostLine {
  readonly what: string;
  /** How it is reckoned, with the list price. */
  readonly basis: string;
  readonly monthlyUsd: number;
  readonly source: string;
}

/** @param amount in the units that the price is for */
export function priceLine(what: string, amount: number, price: Price): CostLine {
  const rounded = amount >= 100 ? Math.round(amount) : Number(amount.toPrecision(3));
  const usd = price.usd >= 0.1 ? price.usd.toFixed(2).replace(/\.00$/, "") : String(price.usd);
  const basis = price.per === "month" ? `$${usd} per month` : `${rounded} × $${usd} per ${price.per}`;
  return { what, basis, monthlyUsd: amount * price.usd, source: price.source };
}
