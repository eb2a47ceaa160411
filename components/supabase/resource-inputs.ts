import { z } from "zod";
import { field } from "../../plan/schema/field.ts";

/** What every resource here has among its inputs. */
export interface ResourceInputs {
  /** Raised by a resource's class when its update must run once on every existing resource, e.g. for a new output. */
  readonly providerRevision: number;
}

/** The inputs of a resource: strict, so that a misspelt name is refused and not ignored. */
export function resourceInputs<Shape extends z.ZodRawShape>(shape: Shape) {
  const providerRevision = field(z.int().min(1), {
    text: "the revision of the provider",
    range: "a whole number from 1",
    example: "1",
  });
  return z.strictObject({ ...shape, providerRevision: providerRevision.default(1) });
}
