import { hash } from "node:crypto";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Check } from "../verdict.ts";

/** Of the name's SHA-256, which is also what its key in the mirror ends with. */
const DIGITS = 16;

/**
 * What stands for an object's name in evidence. Names of files are often people's (`avatars/jane.doe.png`), and
 * evidence is kept for years and shown to others; whoever may list the mirror finds the object by the beginning of its
 * key, and the run itself told its name.
 * @returns `#` and 16 hex digits
 */
export const veilName = (name: string): string => `#${hash("sha256", name).slice(0, DIGITS)}`;

/** A check without the object's name; its detail may hold it, too. */
export function veilCheck({ object, ...check }: Check): Omit<Check, "detail"> & { readonly detail?: string } {
  if (object === undefined) return check;
  const { detail: _, ...rest } = check;
  return { ...rest, name: check.name.replace(object, () => veilName(object)) };
}

/** An error that may be about an object of the bucket: its message ends before the name. */
export function veilError(error: unknown, bucket: string): unknown {
  const before = error instanceof Error ? error.message.indexOf(`${bucket}/`) : -1;
  if (!(error instanceof Error) || before < 0) return error;
  const message = `${error.message.slice(0, before)}${bucket}/…`;
  if (!(error instanceof HoldfastError)) return new Error(message);
  const { code, hint, exitCode } = error;
  return new HoldfastError({ code, message, hint, exitCode });
}
