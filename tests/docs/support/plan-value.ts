import { parse } from "yaml";
import { z } from "zod";
import { readDocument } from "./documents.ts";

const named = z.looseObject({ name: z.string() });
const shape = z.object({
  config: z.object({ "holdfast:plan": z.looseObject({ projects: z.array(named) }) }),
});

/**
 * What the production plan declares at a path such as `ordak.tiers.weekly.retain` or `alerts.canary`, as it is
 * written; members of a list are found by their name or bucket. Undefined where nothing is declared.
 */
export function planValue(path: string): unknown {
  const plan = shape.parse(parse(readDocument("Pulumi.prod.yaml"))).config["holdfast:plan"];
  const [first = "", ...rest] = path.split(".");
  const start: unknown = plan.projects.find(({ name }) => name === first) ?? plan[first];
  return rest.reduce(step, start);
}

function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    return value.find((member: unknown) => [step(member, "name"), step(member, "bucket")].includes(key));
  }
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
