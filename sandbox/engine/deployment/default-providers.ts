import type { InvokeAnswer } from "../plugins/resource-plugin.ts";
import { DYNAMIC_PACKAGE } from "../plugins/start-plugin.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { Goal } from "./goal.ts";
import type { Registrar } from "./registrar.ts";
import type { RunContext } from "./run-context.ts";
import { packageOf, providerType } from "./urn.ts";

/** Makes the providers that the program uses without naming them: one for each package and version. */
export class DefaultProviders {
  readonly #registrar: Registrar;
  readonly #context: RunContext;
  readonly #config: PropertyMap;
  readonly #references = new Map<string, Promise<string>>();

  /** @param config the stack's, by qualified key; secrets as such */
  constructor(context: RunContext, registrar: Registrar, config: PropertyMap) {
    this.#context = context;
    this.#registrar = registrar;
    this.#config = config;
  }

  /** The reference to the provider of the goal's package. A provider needs none itself, so that of its type is empty. */
  async referenceFor({ type, version }: Pick<Goal, "type" | "version">): Promise<string | undefined> {
    if (type.startsWith(providerType(""))) return undefined;
    return this.#reference(packageOf(type), version);
  }

  async invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<InvokeAnswer> {
    const reference = provider || (await this.#reference(packageOf(token), version || undefined));
    const plugin = await this.#context.registry.get(reference);
    return plugin.invoke(token, args);
  }

  #reference(packageName: string, version: string | undefined): Promise<string> {
    const name = version === undefined ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`;
    const key = `${packageName} ${name}`;
    const reference = this.#references.get(key) ?? this.#register(packageName, name, version);
    this.#references.set(key, reference);
    return reference;
  }

  async #register(packageName: string, name: string, version: string | undefined): Promise<string> {
    const inputs = { ...this.#settingsOf(packageName), ...(version === undefined ? {} : { version }) };
    const goal: Goal = {
      ...{ type: providerType(packageName), name, custom: true, inputs },
      ...{ dependencies: [], propertyDependencies: {}, ignoreChanges: [], replaceOnChanges: [] },
      ...{ additionalSecretOutputs: [], aliases: [] },
    };
    const { urn, id = "" } = await this.#registrar.register(goal, undefined);
    return `${urn}::${id}`;
  }

  /** A package gets the settings of its namespace; that of dynamic resources, all of them by their whole keys. */
  #settingsOf(packageName: string): PropertyMap {
    if (packageName === DYNAMIC_PACKAGE) return this.#config;
    const prefix = `${packageName}:`;
    return Object.fromEntries(
      Object.entries(this.#config)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }
}
