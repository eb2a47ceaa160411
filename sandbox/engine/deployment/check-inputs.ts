import { EngineError } from "../engine-error.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { callOf, pluginOf, type RunContext } from "./run-context.ts";
import { isProviderType } from "./urn.ts";

/**
 * Has the provider check a resource's inputs, and fill in what they leave out.
 * @param olds inputs as they are; absent for a resource that is to be made
 * @throws EngineError with every failure that the provider names
 */
export async function checkInputs(
  context: RunContext,
  desired: ResourceState,
  olds: PropertyMap | undefined,
  news: PropertyMap,
): Promise<PropertyMap> {
  if (!desired.custom) return news;
  const call = callOf(desired);
  const { inputs, failures } = isProviderType(desired.type)
    ? await (await context.registry.unconfigured(desired.type)).checkConfig(call, olds ?? {}, news)
    : await (await pluginOf(context, desired)).check(call, olds, news);
  if (failures.length === 0) return inputs;
  const listed = failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
  throw new EngineError(`${desired.urn} has a problem: ${listed.join("; ")}`);
}
