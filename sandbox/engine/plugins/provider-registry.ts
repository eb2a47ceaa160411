import { isProviderType, packageOf, parseUrn, providerUrn } from "../deployment/urn.ts";
import { EngineError } from "../engine-error.ts";
import { containsUnknown, type PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { ResourcePlugin } from "./resource-plugin.ts";
import { unconfiguredPlugin } from "./unconfigured-plugin.ts";

/** Starts the provider of a package. */
export type StartPlugin = (packageName: string) => Promise<ResourcePlugin>;

interface Instance {
  readonly settings: PropertyMap;
  plugin?: Promise<ResourcePlugin>;
}

/** Not settings of the provider, but about which provider it is. */
const ABOUT_PLUGIN = new Set(["version", "pluginDownloadURL", "__internal"]);

/** The providers of one run: each is started when something first asks it, with the settings registered for it. */
export class ProviderRegistry {
  readonly #start: StartPlugin;
  readonly #instances = new Map<string, Instance>();
  readonly #started: Promise<ResourcePlugin>[] = [];
  /** By package, a provider that runs and has no settings yet. */
  readonly #spare = new Map<string, Promise<ResourcePlugin>>();

  /**
   * @param previous the state before the run, whose providers serve what the program does not register again
   * @param expected packages that will be asked for: they take their time to start, and so does the program
   */
  constructor(start: StartPlugin, previous: readonly ResourceState[], expected: readonly string[] = []) {
    this.#start = start;
    for (const packageName of expected) this.#spareOf(packageName).catch(() => undefined);
    for (const { urn, type, inputs } of previous) {
      if (!isProviderType(type)) continue;
      this.#instances.set(urn, { settings: inputs });
      this.#spareOf(packageOf(type)).catch(() => undefined);
    }
  }

  /** The provider gets these settings from now on. */
  register(urn: string, settings: PropertyMap): void {
    this.#instances.set(urn, { settings });
  }

  settingsOf(urn: string): PropertyMap | undefined {
    return this.#instances.get(urn)?.settings;
  }

  /** @param reference `<urn>::<id>` @throws EngineError when no such provider is known */
  get(reference: string): Promise<ResourcePlugin> {
    const urn = providerUrn(reference);
    const instance = this.#instances.get(urn);
    if (!instance) throw new EngineError(`the provider ${parseUrn(urn).name} is not in the state: ${urn}`);
    instance.plugin ??= this.#configured(urn, instance.settings);
    return instance.plugin;
  }

  /** A provider of the package that has no settings yet, to check them. */
  unconfigured(type: string): Promise<ResourcePlugin> {
    return this.#spareOf(packageOf(type));
  }

  async close(): Promise<void> {
    for (const plugin of await Promise.allSettled(this.#started))
      if (plugin.status === "fulfilled") plugin.value.close();
  }

  async #configured(urn: string, settings: PropertyMap): Promise<ResourcePlugin> {
    if (containsUnknown(settings)) return unconfiguredPlugin;
    const packageName = packageOf(parseUrn(urn).type);
    const spare = this.#spareOf(packageName);
    this.#spare.delete(packageName);
    const plugin = await spare;
    await plugin.configure(
      Object.fromEntries(Object.entries(settings).filter(([key]) => !ABOUT_PLUGIN.has(key))),
    );
    return plugin;
  }

  #spareOf(packageName: string): Promise<ResourcePlugin> {
    const spare = this.#spare.get(packageName) ?? this.#start(packageName);
    if (!this.#spare.has(packageName)) this.#started.push(spare);
    this.#spare.set(packageName, spare);
    return spare;
  }
}
