import { randomBytes } from "node:crypto";
import type { PropertyMap } from "../../engine/protocol/property-value.ts";

/** The input in which the real provider notes which of the others it filled in; the same here. */
export const AUTO_NAMED = "__defaults";

const RANDOM_DIGITS = 7;

export interface AutoNaming {
  readonly unique?: readonly string[];
  readonly autoName?: { readonly longest: number; readonly prefix?: string; readonly lowerCase?: boolean };
}

/** The inputs with the name that a resource gets which the program gives none; it keeps the one that it has. */
export function autoNamed(
  { unique, autoName }: AutoNaming,
  name: string,
  olds: PropertyMap,
  news: PropertyMap,
): PropertyMap {
  const [property] = unique ?? [];
  if (!autoName || property === undefined || (news[property] ?? undefined) !== undefined) return news;
  const { longest, prefix = "", lowerCase = false } = autoName;
  const kept = isAutoNamed(olds, property) ? olds[property] : undefined;
  const digits = randomBytes(4).toString("hex").slice(0, RANDOM_DIGITS);
  const stem = `${prefix}${lowerCase ? name.toLowerCase() : name}`.slice(0, longest - RANDOM_DIGITS - 1);
  return { ...news, [property]: kept ?? `${stem}-${digits}`, [AUTO_NAMED]: [property] };
}

export function isAutoNamed(inputs: PropertyMap, property: string): boolean {
  const marked = inputs[AUTO_NAMED];
  return Array.isArray(marked) && marked.includes(property);
}
