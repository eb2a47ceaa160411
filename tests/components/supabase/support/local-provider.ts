import type { ServiceError } from "@grpc/grpc-js";
import type { OpenedProvider } from "../../../../components/supabase/lazy-provider.ts";
import { type Bag, type DynamicProvider, ProviderRefusal } from "../../../support/dynamic-provider.ts";

/** What the SDK saves of a resource that was changed and is not as it should be. */
interface InitFailed extends Error {
  readonly id: string;
  readonly properties: Bag;
  readonly reasons: readonly string[];
}

/** A provider in this process, with the answers that the SDK's own process would give of it. */
export function localProvider(opened: OpenedProvider): DynamicProvider {
  return {
    async check(olds, news) {
      const { inputs = {}, failures = [] } = await opened.check(olds ?? {}, news);
      // The provider's text is passed through, as the SDK does.
      return { inputs: { ...inputs, __provider: news.__provider }, failures: [...failures] };
    },
    async diff(id, olds, news) {
      const { changes, replaces = [], deleteBeforeReplace = false } = await opened.diff(id, olds, news);
      return { changes: changes ? "some" : "none", replaces, deleteBeforeReplace };
    },
    async create(inputs) {
      const { id, outs = {} } = await refusing(() => opened.create(inputs));
      return { id, outputs: { ...outs, __provider: inputs.__provider } };
    },
    async read(id, properties) {
      const read = await refusing(() => opened.read(id, properties));
      const outputs = { ...read.props, __provider: properties.__provider };
      return { id: read.id ?? "", outputs, inputs: Reflect.get(read, "inputs") };
    },
    async update(id, olds, news) {
      const { outs = {} } = await refusing(() => opened.update(id, olds, news));
      return { ...outs, __provider: news.__provider };
    },
    delete: (id, properties) => refusing(() => opened.delete(id, properties)),
    printed: () => "",
    close: async () => undefined,
  };
}

async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Of the wire's error only the text is looked at.
    const refusal = new ProviderRefusal({ details: error.message } as ServiceError);
    if (!("reasons" in error)) throw refusal;
    const { id, properties, reasons } = error as InitFailed;
    throw Object.assign(refusal, { saved: { id, properties, reasons } });
  }
}
