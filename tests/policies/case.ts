import type { Declared } from "./judge.ts";

/** A rule, what keeps it, and what breaks it with what it then says. */
export type Case = readonly [
  rule: string,
  keeps: readonly Declared[],
  breaks: readonly (readonly [Declared, RegExp])[],
];

/** Makes resources of a type. */
export const of =
  (type: string) =>
  (props: Declared["props"], protect = false): Declared => ({ type, props, protect });

/** A policy document of these statements. */
export const document = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
