import type * as pulumi from "@pulumi/pulumi";
import type { openProviderContext } from "./provider-context.ts";

/** What a module that a `LazyProvider` names must export. */
export interface ProviderModule {
  /**
   * @param readConfig a value of the stack's configuration by its name in this project, decrypted
   * @param open how the API is opened when it is needed. @default as the stack is configured, in real time
   */
  openProvider(
    readConfig: (name: string) => string | undefined,
    open?: typeof openProviderContext,
  ): OpenedProvider;
}

/** A provider with all its methods. */
export type OpenedProvider = Required<Omit<pulumi.dynamic.ResourceProvider, "configure">>;

/**
 * The part of a resource's provider that is written into the state, as text: where the module with the logic lies, and
 * nothing else. The module is imported when the engine calls, so that
 *
 * - a corrected module reaches resources that exist already at once, without a difference in the stack,
 * - the module may use whatever it likes, of which a serialized function may use next to nothing,
 * - no secret can be captured into the text.
 *
 * The methods refer to nothing but their arguments, `this.module`, what `configure` sets, and globals.
 *
 * `configure` sets the provider before it awaits anything: another call may arrive on this object while the first one
 * still configures it.
 */
export class LazyProvider implements pulumi.dynamic.ResourceProvider {
  /** Path of the module, relative to the root of the project. */
  readonly module: string;
  /** Declared without a value: a field that exists is serialized. */
  declare provider: Promise<OpenedProvider> | undefined;

  constructor(module: string) {
    this.module = module;
  }

  async configure({ config }: pulumi.dynamic.ConfigureRequest) {
    this.provider = (async () => {
      const { join } = await import("node:path");
      const { pathToFileURL } = await import("node:url");
      const { openProvider } = await import(pathToFileURL(join(process.cwd(), this.module)).href);
      return openProvider((name: string) => config.get(name));
    })();
    await this.provider;
  }

  async opened() {
    if (this.provider) return this.provider;
    throw new Error("The engine did not configure the provider: Pulumi 3.139 or newer does.");
  }

  async check(olds: object, news: object) {
    return (await this.opened()).check(olds, news);
  }

  async diff(id: string, olds: object, news: object) {
    return (await this.opened()).diff(id, olds, news);
  }

  async create(inputs: object) {
    return (await this.opened()).create(inputs);
  }

  async read(id: string, properties: object) {
    return (await this.opened()).read(id, properties);
  }

  async update(id: string, olds: object, news: object) {
    return (await this.opened()).update(id, olds, news);
  }

  async delete(id: string, properties: object) {
    return (await this.opened()).delete(id, properties);
  }
}
