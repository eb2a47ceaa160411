import type { dynamic } from "@pulumi/pulumi";
import type { z } from "zod";
import { checkInputs } from "./check-inputs.ts";
import { diffInputs } from "./diff-inputs.ts";
import type { OpenedProvider, ProviderModule } from "./lazy-provider.ts";
import { ownProperties } from "./own-properties.ts";
import { openProviderContext, type ProviderContext } from "./provider-context.ts";
import { providerError } from "./provider-error.ts";

/** What a kind of resource is: its inputs, and what is done to the real thing. */
export interface ProviderDefinition<Inputs extends object, Outputs extends Inputs> {
  /** Made by `resourceInputs`. */
  readonly inputs: z.ZodObject & z.ZodType<Inputs>;
  /** Inputs whose change needs another resource. */
  readonly replaceOn: readonly (keyof Inputs & string)[];
  /** May correct a difference, or refuse it before anything is done; part of every preview. @throws HoldfastError */
  judgeDifference?(olds: Outputs, news: Inputs, found: dynamic.DiffResult): dynamic.DiffResult;
  /** Adopts what exists, makes what is missing. @throws HalfDone when something was changed that must be saved */
  create(context: ProviderContext, inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
  /** What there is now; `undefined` when it is gone. */
  read(context: ProviderContext, known: Outputs): Promise<Outputs | undefined>;
  /** All outputs, not only those that changed: what is left out would be lost. @throws HalfDone as above */
  update(context: ProviderContext, olds: Outputs, inputs: Inputs): Promise<Outputs>;
  /** The absent is deleted already. */
  delete(context: ProviderContext, known: Outputs): Promise<void>;
}

/**
 * Turns a definition into what the engine calls: unknown values, the SDK's own property, the form of errors and the
 * opening of the API are handled here, once.
 */
export function defineProvider<Inputs extends object, Outputs extends Inputs>(
  definition: ProviderDefinition<Inputs, Outputs>,
): ProviderModule["openProvider"] {
  const names = Object.keys(definition.inputs.shape);
  const named = (bag: object) =>
    Object.fromEntries(Object.entries(bag).filter(([name]) => names.includes(name)));
  return (readConfig, open = openProviderContext): OpenedProvider => {
    // Not kept when it failed: the token may be there the next time.
    const context = () => open(readConfig);
    return {
      check: (_olds, news) => told(async () => checkInputs(definition.inputs, news)),
      diff: (_id, olds, news) =>
        told(async () => {
          const found = diffInputs(olds, news, { inputs: names, replaceOn: definition.replaceOn });
          return definition.judgeDifference?.(own(olds), own(news), found) ?? found;
        }),
      create: (inputs) =>
        told(async () => {
          const { id, outputs } = await definition.create(await context(), own(inputs));
          return { id, outs: ownProperties(outputs) };
        }),
      read: (id, properties) =>
        told(async () => {
          const outputs = await definition.read(await context(), own(properties));
          // An empty id means that it is gone.
          if (outputs === undefined) return { id: "", props: {} };
          const props = ownProperties(outputs);
          return { id, props, inputs: named(props) };
        }),
      update: (_id, olds, news) =>
        told(async () => {
          const outputs = await definition.update(await context(), own(olds), own(news));
          return { outs: ownProperties(outputs) };
        }),
      delete: (_id, properties) => told(async () => definition.delete(await context(), own(properties))),
    };
  };
}

/** What arrives was checked by us, or saved by us; its type is lost on the wire. */
const own = <Bag extends object>(bag: object): Bag => ownProperties(bag) as Bag;

async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw providerError(error);
  }
}
