import type { z } from "zod";

/** The part of a refusal that only the rule knows; path and value come from where it was found. */
export interface Refusal {
  /** What the value must be. */
  readonly bound: string;
  /** What to write instead, as an imperative sentence. */
  readonly fix: string;
  /** Where, relative to the field that is checked. */
  readonly path?: readonly (string | number)[];
  /** Stands for the value where the value itself must not be shown. */
  readonly shown?: string;
}

/** Refuses a value inside a zod check or transform; `parsePlan` words the message. */
export function refuse(context: z.core.$RefinementCtx<unknown>, refusal: Refusal): void {
  context.addIssue({
    code: "custom",
    message: refusal.bound,
    path: [...(refusal.path ?? [])],
    params: { refusal },
  });
}
