import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";

/** The plan of the two sample products as shipped; the sandbox changes where things are, not what is asked of them. */
const SHIPPED_FILE = join(import.meta.dirname, "../Pulumi.prod.yaml");

const section = z.record(z.string(), z.unknown());
const shippedShape = z.object({
  vault: section,
  alerts: section.optional(),
  job: section.optional(),
  projects: z.array(
    z.looseObject({
      name: z.string(),
      ref: z.string().optional(),
      checks: section.optional(),
      storageAccess: section.optional(),
    }),
  ),
});
export type ShippedPlan = z.infer<typeof shippedShape>;

/** The plan in `Pulumi.prod.yaml`, as far as the sandbox looks into it. */
export async function shippedPlan(): Promise<ShippedPlan> {
  const stack: unknown = parseDocument(await readFile(SHIPPED_FILE, "utf8")).toJS();
  return z.object({ config: z.object({ "holdfast:plan": shippedShape }) }).parse(stack).config[
    "holdfast:plan"
  ];
}
